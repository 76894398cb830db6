# SPDX-License-Identifier: GPL-2.0-or-later
# Reads JUnit as GitLab does (lib/gitlab/ci/parsers/test/junit.rb: ActiveSupport's Hash.from_xml, then suites
# and cases from the hash), and prints "tests failures errors skipped" of each file as it sees them.
require "active_support"
require "active_support/core_ext/hash"
require "json"

def each_suite(root, &block)
  Array.wrap(root).each do |name_or_suite|
    suites = name_or_suite["testsuites"] || name_or_suite
    Array.wrap(suites.is_a?(Hash) && suites.key?("testsuite") ? suites["testsuite"] : suites).each(&block)
  end
end

seen = {}
ARGV.each do |path|
  counts = Hash.new(0)
  stated = [0, 0, 0, 0]
  each_suite(Hash.from_xml(File.read(path))) do |suite|
    %w[tests failures errors skipped].each_with_index { |key, i| stated[i] += suite[key].to_i }
    Array.wrap(suite["testcase"]).each do |test|
      key = [test["classname"], test["name"]]
      abort "#{path}: #{key} is there twice; GitLab keeps the first only" if seen.key?(key)
      seen[key] = true
      Float(test["time"])
      kind = %w[failure error skipped].find { |name| test.key?(name) }
      counts[kind || "passed"] += 1
      next unless kind
      text = test[kind].is_a?(Hash) ? test[kind].values.join : test[kind]
      abort "#{path}: #{key} has no reason that GitLab shows" unless text.is_a?(String) && !text.strip.empty?
    end
  end
  read = [counts.values.sum, counts["failure"], counts["error"], counts["skipped"]]
  abort "#{path}: GitLab reads #{read}, the file states #{stated}" unless read == stated
  puts read.join(" ")
end
