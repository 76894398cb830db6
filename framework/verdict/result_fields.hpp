// SPDX-License-Identifier: GPL-2.0-or-later
// What each kind of record is called and has, once: a Writer (result_write.cpp) or a Reader
// (result_read.cpp) goes through the list. T is const when it is written.
#pragma once

#include <concepts>
#include <type_traits>

#include "framework/verdict/result.hpp"

namespace refrag::verdict {

template <class T>
inline constexpr const char* type_of = nullptr;
template <>
inline constexpr const char* type_of<RunRecord> = "run";
template <>
inline constexpr const char* type_of<KernelRecord> = "kernel";
template <>
inline constexpr const char* type_of<PhaseRecord> = "phase";
template <>
inline constexpr const char* type_of<SweepRecord> = "sweep";
template <>
inline constexpr const char* type_of<CaseRecord> = "case";
template <>
inline constexpr const char* type_of<SplatRecord> = "splat";
template <>
inline constexpr const char* type_of<ViolationRecord> = "violation";
template <>
inline constexpr const char* type_of<NoteRecord> = "note";

template <class T, class Wanted>
concept Is = std::same_as<std::remove_const_t<T>, Wanted>;

template <Is<EchoEvidence> T>
void fields(T& echo, auto&& field) {
  field("sent", echo.sent);
  field("good", echo.good);
  field("wrong_length", echo.wrong_length);
  field("wrong_payload", echo.wrong_payload);
  field("duplicates", echo.duplicates);
  field("seen_by_peer", echo.seen_by_peer);
  field("seen_wrong", echo.seen_wrong);
  field("outgrown", echo.outgrown);
  field("outgrown_at_ports", echo.outgrown_at_ports);
  field("settled", echo.settled);
  field("rtt_max_us", echo.rtt_max_us);
  field("local_errors", echo.local_errors);
  field("local_error", echo.local_error);
}

template <Is<Sighting> T>
void fields(T& sighting, auto&& field) {
  field("tap", sighting.tap);
  field("lengths", sighting.lengths);
  field("tags", sighting.tags);
  field("whole", sighting.whole);
  field("at_us", sighting.at_us);
  field("in_guest", sighting.in_guest);
}

template <Is<Drop> T>
void fields(T& drop, auto&& field) {
  field("stack", drop.stack);
  field("reason", drop.reason);
  field("protocol", drop.protocol);
  field("count", drop.count);
}

template <Is<Witness> T>
void fields(T& witness, auto&& field) {
  field("sent", witness.sent);
  field("lost", witness.lost);
  field("request", witness.request);
  field("reply", witness.reply);
  field("moved", witness.moved);
  field("drops", witness.drops);
  field("flows", witness.flows);
  field("gaps", witness.gaps);
}

template <class T>
concept Nested =
    Is<T, EchoEvidence> || Is<T, Sighting> || Is<T, Drop> || Is<T, Witness> || Is<T, Transparency>;

template <Is<RunRecord> T>
void fields(T& run, auto&& field) {
  field("schema", run.schema);
  field("tool", run.tool);
  field("started", run.started);
  field("machine", run.machine);
  field("testbed", run.testbed);
  field("lab", run.lab);
  field("mtu", run.mtu);
  field("planned", run.planned);
  field("shard", run.shard);
  field("command", run.command);
  field("directory", run.directory);
}

template <Is<KernelRecord> T>
void fields(T& kernel, auto&& field) {
  field("label", kernel.label);
  field("spec", kernel.spec);
  field("release", kernel.release);
  field("properties", kernel.properties);
  field("guest", kernel.guest);
}

template <Is<PhaseRecord> T>
void fields(T& phase, auto&& field) {
  field("kernel", phase.kernel);
  field("phase", phase.phase);
  field("at", phase.at);
  field("seconds", phase.seconds);
  field("problem", phase.problem);
  field("attempt", phase.attempt);
}

template <Is<SweepRecord> T>
void fields(T& sweep, auto&& field) {
  auto& seen = sweep.evidence;
  field("suite", sweep.suite);
  field("case", sweep.name);
  field("kernel", sweep.kernel);
  field("cell", sweep.cell);
  field("attempt", sweep.attempt);
  field("cases", sweep.cases);
  field("edge", sweep.edge);
  field("seconds", sweep.seconds);
  field("mtu", seen.mtu);
  field("strict", seen.strict);
  field("link_problem", seen.link_problem);
  field("knobs_before", seen.knobs_before);
  field("knobs_after", seen.knobs_after);
  field("counters_before", seen.counters_before);
  field("counters_after", seen.counters_after);
  field("kernel_messages", seen.kernel_messages);
  field("transparency", seen.transparency);
}

template <Is<CaseRecord> T>
void fields(T& result, auto&& field) {
  field("suite", result.id.suite);
  field("case", result.id.name);
  field("kernel", result.id.kernel);
  field("cell", result.id.cell);
  field("size", result.id.size);
  field("outcome", result.judgement.outcome);
  field("kind", result.judgement.kind);
  field("reason", result.judgement.reason);
  field("attempt", result.attempt);
  field("seconds", result.seconds);
  field("echo", result.echo);
  field("explanation", result.explanation);
  field("witness", result.witness);
}

template <Is<SplatRecord> T>
void fields(T& splat, auto&& field) {
  field("kernel", splat.kernel);
  field("where", splat.where);
  field("kind", splat.kind);
  field("title", splat.title);
  field("fingerprint", splat.fingerprint);
  field("lines", splat.lines);
  field("during", splat.during);
  field("ignored", splat.ignored);
  field("attempt", splat.attempt);
}

template <Is<Transparency> T>
void fields(T& seen, auto&& field) {
  field("entered", seen.entered);
  field("left", seen.left);
  field("refragmented", seen.refragmented);
  field("unjudged", seen.unjudged);
  field("problem", seen.problem);
  field("capture", seen.capture);
  field("frames", seen.frames);
  field("began", seen.began);
  field("hosts", seen.hosts);
}

template <Is<ViolationRecord> T>
void fields(T& violation, auto&& field) {
  field("suite", violation.suite);
  field("case", violation.name);
  field("kernel", violation.kernel);
  field("cell", violation.cell);
  field("kind", violation.kind);
  field("reason", violation.reason);
  field("sizes", violation.sizes);
  field("count", violation.count);
  field("lines", violation.lines);
  field("attempt", violation.attempt);
}

template <Is<NoteRecord> T>
void fields(T& note, auto&& field) {
  field("kernel", note.kernel);
  field("about", note.about);
  field("text", note.text);
}

}  // namespace refrag::verdict
