"""What `import custseg` costs beside `import attrs, numpy`, which it needs anyway.

Each import is timed in fresh Pythons, in turns, so that a busy moment hits both; the
median of each is compared. The bar is 1.5: the face loads its rooms only when asked.
"""

import argparse
import statistics
import subprocess
import sys
import time

BAR = 1.5
KINDS = {"attrs, numpy": "import attrs, numpy", "custseg": "import custseg"}


def seconds(code):
    """Return the wall time of a fresh Python that runs some code."""
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True)
    return time.perf_counter() - start


def main():
    """Print the medians and their ratio; exit with 1 over the bar."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=15)
    runs = parser.parse_args().runs
    for code in KINDS.values():
        seconds(code)  # warms the disk's cache and the compiled files
    times = {name: [] for name in KINDS}
    for _ in range(runs):
        for name, code in KINDS.items():
            times[name].append(seconds(code))
    medians = {name: statistics.median(found) for name, found in times.items()}
    for name, median in medians.items():
        print(f"import {name:12}  {1000 * median:6.1f} ms")
    ratio = medians["custseg"] / medians["attrs, numpy"]
    print(f"ratio {ratio:.2f}, at most {BAR}")
    return int(ratio > BAR)


if __name__ == "__main__":
    sys.exit(main())
