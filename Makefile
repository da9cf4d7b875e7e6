# Names the commands; the work is in dev/, images/ and tests/.
.PHONY: help up down purge status env images test lint bench docs
.DEFAULT_GOAL := help

help: ## list these commands
	@sed -n 's/^\([a-z]*\): ## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 16

up: ## from this checkout to a shop that takes an order (CLUSTER=native|k3d|current); repeat to resume or update
	@dev/up

down: ## stop the local cluster; stores are kept
	@dev/down

purge: ## stop the local cluster and delete all of its stores
	@dev/down --purge

status: ## what runs: cluster, platform, stores
	@dev/status

env: ## shell exports for kubectl, helm and souk: eval "$(make env)"
	@dev/env

images: ## build the images that changed and load them into the cluster
	@dev/images

test: ## every test
	@tests/run

lint: ## formatting and lints only
	@tests/run format lints

bench: ## measure how long a store takes to be born, beside its floor
	@bench/create

docs: ## the documentation site, manual pages and shell completions, into dist/
	@docs/build/site
