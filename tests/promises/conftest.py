from tests.promises.mutants.__main__ import told


def pytest_terminal_summary(terminalreporter, config):
    """The table of mutants, where they were tried."""
    if outcomes := config.stash.get("mutants", None):
        terminalreporter.section("mutants")
        terminalreporter.write_line(told(outcomes))
