"""`python -m rescora` is the command `rescora`."""

import sys

from rescora.cli import main

if __name__ == "__main__":
    sys.exit(main())
