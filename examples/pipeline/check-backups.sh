#!/bin/sh
# Plans the configuration in the current directory, and turns the result of its
# check blocks into an exit code, an alert and metrics.
#
#   check-backups.sh [-metrics FILE] [ARGUMENT OF terraform plan ...]
#
# Exit codes:
#   0  every check passed
#   1  the backups could not be read, or not be verified
#   2  a check failed: a backup is missing, too old, failed, ...
#
# Environment variables, all optional:
#   SLACK_WEBHOOK_URL    receives a message if the exit code is not 0
#   HEARTBEAT_URL        is requested after every run that could read the backups and
#                        deliver its alert: let a monitoring service alert on its absence
#   GITHUB_STEP_SUMMARY  file to which the result is appended; GitHub Actions sets it
#   TERRAFORM            the CLI to run; default: terraform, or tofu if there is none
#
# Requires terraform or tofu, jq and curl. Run "terraform init" before.
set -eu
umask 077 # a plan can contain secrets

fail() {
	printf '%s\n' "check-backups.sh: $1" >&2
	exit 1
}

metrics=
if [ "${1-}" = -metrics ]; then
	[ -n "${2-}" ] || fail "-metrics needs the name of a file"
	metrics=$2
	shift 2
fi

cli=${TERRAFORM:-terraform}
[ -n "${TERRAFORM-}" ] || command -v terraform >/dev/null || cli=tofu
for program in "$cli" jq curl; do
	command -v "$program" >/dev/null || fail "$program is not on the PATH"
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

# Writes the exit code to $work/code and one line or more for each problem to
# $work/text. A check that was not evaluated has not passed, and incomplete lists
# are no reason to call a backup missing.
judge() {
	if ! "$cli" plan -input=false -no-color -out="$work/plan" "$@" >"$work/log" 2>&1 ||
		! "$cli" show -no-color -json "$work/plan" >"$work/plan.json" 2>>"$work/log"; then
		cat "$work/log" >&2
		echo 1 >"$work/code"
		# The first of all errors with the same summary.
		awk '/^(Error|Warning): / { show = /^Error: / && !seen[$0]++ } show' "$work/log" >"$work/text"
		return
	fi
	jq '
		[.checks[]? | select(.address.kind == "check" and (.instances | length > 0))] as $checks
		| ($checks | map(select(.status == "fail"))) as $failed
		| ($checks | map(select(.status != "fail" and .status != "pass"))) as $open
		| {
			code: (
				if any($failed[]; .address.name != "complete_lists") then 2
				elif $checks == [] or $failed != [] or $open != [] then 1
				else 0 end
			),
			lines: [
				(if $checks == [] then "The configuration has no check blocks." else empty end),
				($open[] | "\(.address.to_display) could not be evaluated."),
				($failed[].instances[] | .problems[]?.message)
			]
		}
	' "$work/plan.json" >"$work/verdict" &&
		jq -r .code "$work/verdict" >"$work/code" &&
		jq -r '.lines[] | gsub("[\u0000-\u0009\u000b-\u001f\u007f]"; " ")' "$work/verdict" >"$work/text"
}

# Requests a URL. It is a secret, so it is passed on standard input: the arguments
# of a process are visible to others.
request() {
	url=$1
	shift
	printf 'url = "%s"\n' "$url" |
		curl --config - --fail --silent --show-error --output /dev/null --max-time 30 --retry 2 "$@"
}

# Writes a textfile for the Prometheus node_exporter. It is replaced at once, and
# left as it is by a run that could not read the backups.
write_metrics() {
	jq -r --argjson now "$(date +%s)" '
		def escape: tostring | gsub("[\u0000-\u001f\u007f]"; " ") | gsub("\\\\"; "\\\\") | gsub("\""; "\\\"");
		def labels: [to_entries[] | select(.value != null) | "\(.key)=\"\(.value | escape)\""] | join(",");
		def seconds: if . == null then 0 else sub("\\.[0-9]+Z$"; "Z") | fromdateiso8601 end;
		def gauge($name; $help; samples): "# HELP \($name) \($help)", "# TYPE \($name) gauge", samples;
		def item: {cloud, region, kind, id, name};
		.planned_values.outputs as $outputs
		| ($outputs.summary.value | map(select(.ignored | not))) as $summary
		| gauge("cloudbackup_latest_successful_backup_timestamp_seconds"; "Time of the latest successful full backup, 0 if there is none.";
			$summary[] | "cloudbackup_latest_successful_backup_timestamp_seconds{\(item | labels)} \(.latest_successful_time | seconds)"),
		gauge("cloudbackup_latest_restorable_timestamp_seconds"; "Latest time to which the database can be restored, 0 if there is none.";
			$outputs.restore_times.value[]? | select(.rpo != null)
			| "cloudbackup_latest_restorable_timestamp_seconds{\(item | labels)} \(.latest_restorable_time | seconds)"),
		gauge("cloudbackup_problem"; "1 for every problem that was found.";
			$outputs.problems.value[] | "cloudbackup_problem{\(item + {problem} | labels)} 1"),
		gauge("cloudbackup_problems"; "Number of problems that were found.";
			"cloudbackup_problems \($outputs.problems.value | length)"),
		gauge("cloudbackup_last_check_timestamp_seconds"; "Time of the last run that could read the backups.";
			"cloudbackup_last_check_timestamp_seconds \($now)")
	' "$work/plan.json" >"$metrics.$$" && chmod 644 "$metrics.$$" && mv "$metrics.$$" "$metrics" && return
	rm -f "$metrics.$$"
	echo "check-backups.sh: $metrics could not be written; the configuration needs the outputs problems and summary" >&2
	return 1
}

# The exit codes of jq have other meanings.
judge "$@" || fail "the plan could not be understood"
code=$(cat "$work/code")
case $code in
0) title="All backup checks passed" ;;
2) title="Backup checks failed" ;;
*) title="Backups could not be checked" ;;
esac
printf '%s\n' "$title"
cat "$work/text"

run=${CI_JOB_URL-}
[ -z "${GITHUB_RUN_ID-}" ] || run=$GITHUB_SERVER_URL/$GITHUB_REPOSITORY/actions/runs/$GITHUB_RUN_ID

if [ -n "${GITHUB_STEP_SUMMARY-}" ]; then
	jq -Rrs --arg title "$title" '"### \($title)\n\n<pre>\(@html)</pre>\n"' "$work/text" >>"$GITHUB_STEP_SUMMARY" ||
		echo "check-backups.sh: the job summary could not be written" >&2
fi

delivered=true
if [ "$code" -ne 0 ] && [ -n "${SLACK_WEBHOOK_URL-}" ]; then
	# Slack cuts off long messages, and has its own escapes.
	if ! jq -Rs --arg title "$title" --arg run "$run" '
		def escape: gsub("&"; "&amp;") | gsub("<"; "&lt;") | gsub(">"; "&gt;");
		{text: "*\($title)*\n\(if length > 3000 then .[:3000] + " …\n" else . end | escape)\($run)"}
	' "$work/text" >"$work/message" || ! request "$SLACK_WEBHOOK_URL" --header 'Content-Type: application/json' --data-binary "@$work/message"; then
		echo "check-backups.sh: the alert could not be sent to SLACK_WEBHOOK_URL" >&2
		delivered=false
	fi
fi

[ "$code" -ne 1 ] || exit 1
if [ -n "$metrics" ] && ! write_metrics; then
	delivered=false
fi
if ! $delivered; then
	# The missing heartbeat alerts.
	[ "$code" -ne 0 ] || code=1
elif [ -n "${HEARTBEAT_URL-}" ]; then
	request "$HEARTBEAT_URL" || echo "check-backups.sh: HEARTBEAT_URL could not be reached" >&2
fi
exit "$code"
