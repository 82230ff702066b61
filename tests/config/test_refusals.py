"""What the command line refuses is said in Swedish first, as everything else is."""

from kateder.config.serving.ports import PortBusy
from kateder.config.serving.supervisor import DoesNotStart


def test_a_busy_port_is_said_in_swedish_with_the_setting_to_change() -> None:
    said = str(PortBusy(port=8000, host="127.0.0.1", who=" (python, process 7)", setting="KATEDER_PORT"))
    assert said.startswith("Port 8000 på 127.0.0.1 används av ett annat program (python, process 7).")
    assert "KATEDER_PORT" in said


def test_a_part_that_does_not_start_is_named_in_swedish() -> None:
    assert str(DoesNotStart(part="web")).startswith("web avslutas vid varje start.")
