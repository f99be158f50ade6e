"""Rules about what the workflow may do: actions, approvals, and the rights that stand behind them."""
