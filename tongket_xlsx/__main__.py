"""Run the program as ``python -m tongket_xlsx``."""

from tongket_xlsx.cli.main import main

if __name__ == "__main__":
    main()
