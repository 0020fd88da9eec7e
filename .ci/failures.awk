# What failed in a log of go test -v: each test with the first lines that it said, and
# what is no test's: a build, a race, a panic, a linter. Seventy lines at most.

/^=== (RUN|NAME|CONT|PAUSE) / { test = $3; lines = 0; next }

/^ *--- FAIL: / {
	failed[++n] = $3
	next
}
/^ *--- / { next }

# A line of a test, and the lines that belong to it, further in.
test != "" && /^ *[a-z0-9_]+\.go:[0-9]+: / { lines = 0; own = 1 }
test != "" && own && /^    / {
	if (++lines <= 5 && said[test]++ < 8) words[test] = words[test] "    " substr($0, 1, 200) "\n"
	next
}
{ own = 0 }

/^(panic: |fatal error: |WARNING: DATA RACE|FAIL|make.*\*\*\*|[^ ]+\.(go|templ):[0-9]+)/ && !seen[$0]++ { others[++m] = substr($0, 1, 200) }
# Where the two sides of a race are.
/^  .*\.go:[0-9]+/ && raced < 8 && m && others[m] ~ /DATA RACE|^  / { raced++; others[++m] = substr($0, 1, 200) }

END {
	for (i = 1; i <= n; i++) {
		if (words[failed[i]] == "") continue # a test above, or one that a panic ended
		out[++o] = "--- FAIL: " failed[i] "\n" words[failed[i]]
		total += 1 + gsub(/\n/, "\n", words[failed[i]])
	}
	for (i = 1; i <= o; i++) {
		count = split(out[i], line, "\n")
		# Many failures get fewer lines each.
		for (j = 1; j < count && (total <= 50 || j <= 1 + (o < 17 ? 2 : 1)); j++) print line[j]
	}
	for (i = m > 20 ? m - 19 : 1; i <= m; i++) print others[i]
}
