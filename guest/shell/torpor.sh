# shellcheck shell=sh
# Torpor for shell programs: POSIX sh, its usual tools, and curl. To be sourced: . ./torpor.sh
#
#   torpor_checkpoint                 # everything so far is durable; prints the answer (JSON)
#   torpor_sleep 3h                   # nothing is held meanwhile
#   torpor_exit 0 '{"answer":42}'
#
# The rule of all worker clients is built in: when a call fails in transport, or is answered with a
# temporary refusal, the same call is repeated with the same token, with backoff, for ever or until
# TORPOR_DEADLINE seconds have passed since its first failure. A refusal that repeating does not
# cure is explained on stderr; the function then returns 1, or 3 when this runtime cannot
# checkpoint, or 4 at the deadline. TORPOR_TRY_TIMEOUT (60) bounds the seconds of one try.
# Secrets reach curl by its standard input, so that no process list shows them.

# torpor_checkpoint [token] [label]: prints token, generation, restored_from, snapshot, woken_by
torpor_checkpoint() {
  _torpor_suspend "${1-}" "${2:+,\"label\":$(_torpor_quote "${2-}")}"
}

# torpor_sleep duration [token]: durable sleep, such as 90s or 1h30m; prints the same
torpor_sleep() {
  _torpor_suspend "${2-}" ",\"suspend_duration\":$(_torpor_quote "$1")"
}

# torpor_wait_signal name [timeout] [token]: prints the payload (JSON); 2 when the time ran out
torpor_wait_signal() {
  set -- "$1" "${2:+,\"suspend_duration\":$(_torpor_quote "${2-}")}" "${3-}"
  _torpor_answer=$(_torpor_suspend "$3" ",\"until_signal\":$(_torpor_quote "$1")$2") || return
  printf '%s' "$_torpor_answer" | torpor_json woken_by signal >/dev/null || return 2
  printf '%s' "$_torpor_answer" | torpor_json woken_by signal payload || echo null
}

# torpor_signals [wait] [name] [after]: takes what came since, waits (not durably) for the first; an
# object. With the seq of the last one you have seen (0 at first), what a lost answer held comes again
torpor_signals() {
  _torpor_call GET "signals?wait=${1:-0s}${2:+&name=$2}${3:+&after=$3}"
}

# torpor_exit code [output]: records the result; then end the process with the same code
torpor_exit() {
  _torpor_output=null
  [ -z "${2-}" ] || _torpor_output=$2
  _torpor_call POST exit "{\"exit_code\":${1:-0},\"output\":$_torpor_output}"
}

torpor_params() { _torpor_call GET params; }
torpor_metadata() { _torpor_call GET metadata; }

# torpor_progress percent [message]: shown to people; an empty percent is for a message alone
torpor_progress() {
  _torpor_fields=${1:+",\"percent\":$1"}${2:+",\"message\":$(_torpor_quote "${2-}")"}
  _torpor_call POST progress "{${_torpor_fields#,}}"
}

# torpor_lock [ttl]: while any lock is held checkpoints wait; prints its id
torpor_lock() {
  _torpor_answer=$(_torpor_call POST lock "{${1:+\"ttl\":$(_torpor_quote "${1-}")}}") || return
  printf '%s' "$_torpor_answer" | torpor_json lock_id | tr -d '"'
}

# torpor_unlock id: a lock that no longer exists is no error
torpor_unlock() {
  _torpor_call DELETE "lock/$1" '' 404 >/dev/null
}

# ... | torpor_json key...: the value at that path of a JSON object, as JSON; 1 when missing or null
torpor_json() {
  awk -v path="$*" '
    # the index after the value (or key) that begins at i
    function skip(i,   depth, c, quoted) {
      for (depth = 0; i <= length(json); i++) {
        c = substr(json, i, 1)
        if (c == "\\") i++
        else if (c == "\"") quoted = !quoted
        else if (quoted) continue
        else if (c ~ /[{[]/) depth++
        else if (depth == 0 && c ~ /[],:}]/) return i
        else if (c ~ /[]}]/) depth--
      }
      return i
    }
    function trimmed(text) { gsub(/^[ \t\r\n]+|[ \t\r\n]+$/, "", text); return text }
    { json = json $0 "\n" }
    END {
      json = trimmed(json)
      for (n = split(path, key, " "); ++k <= n; json = value) {
        value = ""
        if (substr(json, 1, 1) != "{") exit 1
        for (i = 2; i <= length(json) && value == ""; i = over + 1) {
          colon = skip(i); over = skip(colon + 1)
          if (trimmed(substr(json, i, colon - i)) == "\"" key[k] "\"")
            value = trimmed(substr(json, colon + 1, over - colon - 1))
        }
        if (value == "" || value == "null") exit 1
      }
      print json
    }'
}

_torpor_suspend() {
  _torpor_token=${1:-$(_torpor_random)}
  _torpor_call POST checkpoint "{\"token\":$(_torpor_quote "$_torpor_token")$2}"
}

_torpor_random() { od -An -N16 -tx1 /dev/urandom | tr -d ' \n'; }

# A text as JSON; control characters other than newline and tab are left out.
_torpor_quote() {
  printf '%s' "$1" | tr -d '\000-\010\013-\037' | awk '
    { gsub(/\\/, "&&"); gsub(/"/, "\\\""); gsub(/\t/, "\\t") }
    { text = text (NR > 1 ? "\\n" : "") $0 }
    END { printf "\"%s\"", text }'
}

# One line of a curl configuration.
_torpor_option() {
  printf '%s = "%s"\n' "$1" "$(printf '%s' "$2" | sed 's/\\/\\\\/g; s/"/\\"/g' |
    awk '{ printf "%s%s", (NR > 1 ? "\\n" : ""), $0 }')"
}

_torpor_configuration() { # method path key body
  _torpor_option url "${TORPOR_API_URL%/}/jobs/$TORPOR_JOB_ID/$2"
  _torpor_option request "$1"
  _torpor_option header "Idempotency-Key: $3"
  [ -z "${TORPOR_API_TOKEN-}" ] || _torpor_option header "Authorization: Bearer $TORPOR_API_TOKEN"
  [ -z "$4" ] || _torpor_option header "Content-Type: application/json"
  [ -z "$4" ] || _torpor_option data-raw "$4"
}

# _torpor_call method path [body] [accepted status]: the body, token included, is made once
_torpor_call() (
  configuration=$(_torpor_configuration "$1" "$2" "$(_torpor_random)" "${3-}")
  delay=0.1 first_failure=
  while :; do
    transport=0
    answer=$(printf '%s\n' "$configuration" | curl --silent --noproxy '*' --config - \
      --connect-timeout 10 --max-time "${TORPOR_TRY_TIMEOUT:-60}" --write-out '\n%{http_code}') || transport=$?
    status=${answer##*"
"}
    content=${answer%"
"*}
    if [ "$transport" -eq 0 ] && { [ "$status" -lt 300 ] || [ "$status" = "${4-}" ]; }; then
      [ -z "$content" ] || printf '%s\n' "$content"
      return 0
    fi
    [ "$transport" -ne 0 ] || _torpor_is_temporary "$status" "$content" || return
    : "${first_failure:=$(date +%s)}"
    if [ -n "${TORPOR_DEADLINE-}" ] &&
      [ $(($(date +%s) - first_failure)) -gt "$TORPOR_DEADLINE" ]; then
      echo "torpor: $1 $2: no answer in $TORPOR_DEADLINE s" >&2
      return 4
    fi
    sleep "$delay" 2>/dev/null || sleep 1 # where sleep takes whole seconds only
    case $delay in 0.1) delay=0.2 ;; 0.2) delay=0.5 ;; 0.5) delay=1 ;; 1) delay=2 ;; *) delay=5 ;; esac
  done
)

_torpor_is_temporary() { # status problem
  case $(printf '%s' "$2" | torpor_json retryable) in
    true) return 0 ;;
    '') case $1 in 408 | 429 | 502 | 503 | 504) return 0 ;; esac ;;
  esac
  code=$(printf '%s' "$2" | torpor_json code | tr -d '"')
  detail=$(printf '%s' "$2" | torpor_json detail || printf '%s' "$2" | torpor_json title)
  remediation=$(printf '%s' "$2" | torpor_json remediation)
  # The texts are JSON still; only their quotes are taken off. Each ends as a sentence does.
  text=$(printf '%s\n' "$detail" "$remediation" | sed 's/\([^.!?"]\)"$/\1."/' | tr -d '"' | tr '\n' ' ')
  printf 'torpor: %s: %s\n' "${code:-http.$1}" "${text% }" >&2
  [ "$code" != checkpoint.unsupported ] || return 3
  return 1
}
