"""`python -m haiku_porting`, and what the zipapp runs."""

from .command import main

if __name__ == "__main__":
    main()
