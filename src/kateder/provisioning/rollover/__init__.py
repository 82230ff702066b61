"""The year turns: deliveries are frozen, next year's groups come in, one looks at what will happen, and releases.

Nothing here moves a pupil: memberships begin and end on their days by themselves. What is guided is when services
are told, and that somebody has looked first.
"""
