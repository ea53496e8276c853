"""The commands of ``python -m custseg``, one file each."""
