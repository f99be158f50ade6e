"""Who answers for what: names that resolve to somebody who is there, and duties that are divided."""
