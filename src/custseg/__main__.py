"""``python -m custseg``."""

import sys

from custseg.cli import main

if __name__ == "__main__":
    sys.exit(main())
