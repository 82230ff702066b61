"""The teacher's classes: who has what, who cannot get in and why, handing out."""
