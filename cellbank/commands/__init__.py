"""Every acting verb, declared once: the command line, the forms and what is signed are faces of it (decision 0036).

A command is data: what is to be done, and nothing of how. `services` does it; nothing heavy is imported here, so that
the help of a verb is there at once.
"""
