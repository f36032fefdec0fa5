import pytest

pytest.register_assert_rewrite("earlyhelp.promises.asking", "earlyhelp.promises.dropping")
