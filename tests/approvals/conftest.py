import pytest

from tests.ballots.voting import Year, open_vote
from tests.tally.year import START


@pytest.fixture
def year(app, clock) -> Year:
    """An open vote with four voters, two spares, and three people in the secretariat."""
    clock.set(START)
    return open_vote(voters=4)
