"""The year turns: the guided event as steps with check marks, which can be left and resumed."""
