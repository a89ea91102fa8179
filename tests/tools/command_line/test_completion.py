"""What a shell is told that completes the words of `gateway`."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from gateway.cli import main


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_gets_its_completion_script(shell: str) -> None:
    assert f"_GATEWAY_COMPLETE={shell}_complete" in CliRunner().invoke(main, ["--completion", shell]).stdout


def test_a_shell_completes_commands_and_the_options_of_serve() -> None:
    def completed(words: str, position: int) -> set[str]:
        env = {"_GATEWAY_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": str(position)}
        found = CliRunner().invoke(main, [], prog_name="gateway", env=env).stdout.split()
        return {each.removeprefix("plain,") for each in found}

    assert completed("gateway ", 1) == set(main.commands)
    assert completed("gateway --", 1) >= {"--version", "--completion", "--port", "--workers"}
    assert completed("gateway serve --w", 2) == {"--workers"}
