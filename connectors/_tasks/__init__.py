"""How tasks are answered wherever they are asked: aggregates, joins, samples and streams of keys."""
