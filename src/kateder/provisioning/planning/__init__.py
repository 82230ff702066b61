"""From the register to a plan: what has changed, what that touches, what a target should have, what it holds."""
