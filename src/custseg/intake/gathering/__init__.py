"""Sales gathered while they are read: neighbouring lines become runs at once.

A table of sales mostly comes order by order, so the lines of an order stand together.
Neighbouring lines of one customer, order, day and direction (sale or return) are one
*run*; whatever is a sum over lines is a sum over runs. Here a table is read a few rows
at a time and only the runs are kept and sorted, so that hardly anything passes through
main memory line by line. A table in another order, even a shuffled one, gives the same
answers; its runs are short then, and the way is longer.
"""
