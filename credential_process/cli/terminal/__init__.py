"""What only a terminal gets, drawn with rich: styles, tables that fit, progress bars, lists to choose from.

rich takes longer to load than most commands take without it. `cli.printing` imports this where there is a terminal.
"""
