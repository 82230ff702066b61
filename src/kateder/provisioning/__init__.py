"""The way out: project → plan → approve → apply → receipt, towards services that keep accounts."""
