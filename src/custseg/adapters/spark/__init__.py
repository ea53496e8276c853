"""Data larger than a machine: Spark shuffles, numpy computes.

>>> from custseg.adapters import spark
>>> sorted(spark.__all__)
['SparkResult', 'review', 'segment']
"""

from custseg.adapters.spark.reviewing import review
from custseg.adapters.spark.segmenting import SparkResult, segment

__all__ = ["SparkResult", "review", "segment"]
