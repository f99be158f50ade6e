#!/bin/sh
# A planner's ten minutes: from an empty folder and a database's URL to a backlog that Jira imports.
#   CRM_URL=postgresql://reader@host/crm sh run.sh
# Each command says by its exit code whether something was found (1); only a call that went wrong (2) stops here.
set -u
LINEAGE=${LINEAGE:-lineage}

step() {
  echo "\$ lineage $*"
  $LINEAGE "$@"
  code=$?
  [ "$code" -ne 2 ] || exit 2
}

step init '${CRM_URL}' -o plan.yaml
step check plan.yaml
step audit plan.yaml --snapshot facts.jsonl -o report.html -o report.csv
step scope plan.yaml --snapshot facts.jsonl --write plan.narrowed.yaml
step export jira plan.yaml --snapshot facts.jsonl -o backlog.csv
