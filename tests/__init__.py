"""The tests; README.md in this folder says which kind goes where.

Bytecode is kept even where PYTHONDONTWRITEBYTECODE is set: every worker rewrites the assertions of every module, and
every process that a test starts compiles the program; both cost more than the tests of the domain.
"""

import sys

sys.dont_write_bytecode = False
