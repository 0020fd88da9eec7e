# The entries of this file list themselves: make help.
# TESTFLAGS=-v names every test as it runs.

VERSION := $(shell git describe --tags --always --dirty 2>/dev/null)
PAGES   := TestEveryPage|TestAuditorsPages|TestSignInPages
UNITS   := $$(go list ./... | grep -v -e '^trellis/e2e' -e '^trellis/cmd/bench')
# With -race what does things at the same time: of what makes and keeps the tenant,
# which is tested at length and on two databases, the tests that do so; of the rest all
# but those that only take long.
APIS    := ./cmd/internal/authzapi ./cmd/internal/demo ./cmd/internal/mgmtapi ./cmd/internal/openid ./cmd/internal/store ./cmd/trellis
RACES   := AtOnce|FiftyGroups|FromOneVersion|Lost|OneSuccess|Meanwhile|Together|GoOn|OneOfMany|OneSigningKey|LastAdministrator|TwoHalves|Nobody|OnPostgreSQL|AnAdministratorTakes
SHARED  := ./handlers ./web ./web/bulk ./web/login ./web/session ./web/upstream $(addprefix ./cmd/internal/,bearer firstrun keys loopback server snapshot)
LONG    := every_page_stands_every_fault|IsWhatIsStored|AreThoseStored|TreePagesItsBranches
# make check vets all of it once; the tests need not.
TEST    := go test -vet=off -timeout 15m $(TESTFLAGS)
LINT    := go tool -modfile=.tools/go.mod golangci-lint

.DEFAULT_GOAL := help
.PHONY: help run build test gallery bench bench-browser generate fmt check test-a-m test-n-z test-pages

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## Start everything, with the sample organisation, on http://localhost:8080
	go run ./cmd/trellis serve --demo

build: ## Build bin/trellis, a static binary
	CGO_ENABLED=0 go build -trimpath -ldflags "-s -w -X main.version=$(VERSION)" -o bin/trellis ./cmd/trellis

test: ## Install what the tests need, then run all of them, also in a browser and on PostgreSQL
	./e2e/setup.sh
	$(TEST) -p 3 $(UNITS)
	$(TEST) -race -run '$(RACES)' $(APIS)
	$(TEST) -race -skip '$(LONG)' $(SHARED)
	$(MAKE) --no-print-directory -j3 -Otarget test-a-m test-n-z test-pages

# The browser waits more than it works, so three of them go side by side: two do
# what people do, one looks at every page in every look. The benchmark drives
# programs of its own, in which -race would see nothing. What they build and start
# themselves no cache of go test knows: hence -count 1.
test-a-m:
	$(TEST) -count 1 -run '^Test[A-M]' -skip '^($(PAGES))$$' ./e2e/...
	$(TEST) -count 1 ./cmd/bench

test-n-z:
	$(TEST) -count 1 -run '^Test[N-Z]' -skip '^($(PAGES))$$' ./e2e/...

test-pages:
	$(TEST) -count 1 -run '^($(PAGES))$$' ./e2e

gallery: ## Take a picture of every page and state, for eyes to judge
	./e2e/setup.sh
	go test -tags gallery -count 1 -run '^TestGallery$$' -timeout 60m ./e2e
	@echo "Open $(CURDIR)/e2e/artifacts/gallery/index.html"

bench: ## Measure what people wait for in a large organisation, on both databases (ten minutes)
	go run ./cmd/bench -markdown cmd/bench/RESULTS.md

bench-browser: ## Measure how long people wait in a browser, also for a large organisation (ten minutes)
	./e2e/setup.sh
	go run ./cmd/bench -browser -markdown cmd/bench/BROWSER.md

generate: ## Make the Go code of the templates anew
	go tool templ generate

fmt: ## Format all code
	go tool templ fmt .
	$(LINT) fmt

check: ## Check formatting, generated code, modules, import rules and what linters find
	go tool templ generate -check
	go tool templ fmt -fail .
	go mod tidy -diff
	go mod verify
	go vet ./...
	$(LINT) fmt --diff
	$(LINT) run
	go test -run ImportOneWay ./web
