// SPDX-License-Identifier: Apache-2.0
#include "node/api/status_query.hpp"

#include <algorithm>
#include <charconv>

#include "crypto/rfc3339.hpp"
#include "node/api/lookup.hpp"
#include "node/proof/status_epochs.hpp"
#include "node/status/status_reason.hpp"
#include "rpc/json_writer.hpp"

namespace kedge::node::api {
namespace {

/// Answer and proof, as far as there is one.
struct Answered {
  /// nullopt while the credential is not in the log.
  std::optional<StatusAnswer> answer;
  std::string proof;
};

/// nullopt where it has never been changed.
Result<std::optional<TargetStatus>> newest_status(const StoreReader& reader,
                                                  const StatusSubjectRow& subject) {
  Result<TargetStatus> status = reader.target_status(subject.issuer, subject.target);
  if (status) return std::optional(*std::move(status));
  if (status.error().code == Errc::not_found) return std::optional<TargetStatus>();
  return status.error();
}

/// Whether the log has the change.
Result<bool> is_sealed(const StoreReader& reader, IssuerId issuer, std::uint64_t change) {
  const Result<StatusRow> row = reader.status_at(issuer, ~std::uint64_t{0});
  if (row) return change < row->first_change + row->count;
  if (row.error().code == Errc::not_found) return false;
  return row.error();
}

/// A newer value that is accepted and that the answer does not have yet.
Status write_pending(rpc::JsonWriter& json, const StoreReader& reader,
                     const StatusSubjectRow& subject, const TargetStatus& newest) {
  const Result<bool> sealed = is_sealed(reader, subject.issuer, newest.change);
  if (!sealed) return sealed.error();
  json.begin_object("pending")
      .string("value", status_name(newest.value))
      .string("state", *sealed ? "sealed" : "accepted")
      .time("time", newest.time_ms)
      .end_object();
  return {};
}

/// Why and by whom: for the issuer and the operator alone.
Status write_change(rpc::JsonWriter& json, const TargetStatus& newest) {
  const Result<StatusReason> reason = reason_from_number(newest.reason);
  if (!reason) return reason.error();
  json.begin_object("change")
      .string("value", status_name(newest.value))
      .string("reason", reason_name(*reason))
      .string("actor", newest.actor)
      .time("time", newest.time_ms)
      .end_object();
  return {};
}

bool may_see_change(const rpc::Caller& caller, std::string_view issuer) {
  if (caller.access == rpc::Access::admin) return true;
  return caller.access == rpc::Access::issuer && caller.issuer == issuer;
}

Status write(const StoreReader& reader, const StatusQuery& query, const StatusSubjectRow& subject,
             const Answered& answered, const rpc::Caller& caller, std::string& out) {
  std::string name;
  if (answered.answer) {
    name = answered.answer->issuer;
  } else {
    Result<IssuerRow> issuer = reader.issuer(subject.issuer);
    if (!issuer) return issuer.error();
    name = std::move(issuer->name);
  }
  const auto newest = newest_status(reader, subject);
  if (!newest) return newest.error();
  const StatusValue accepted = *newest ? (*newest)->value : StatusValue::valid;
  const bool of_now = std::holds_alternative<std::monostate>(query.at);

  rpc::JsonWriter json(out);
  json.begin_object()
      .string("issuer", name)
      .number("list", subject.target.list)
      .number("index", subject.target.index);
  if (answered.answer) {
    const StatusAnswer& answer = *answered.answer;
    json.string("value", status_name(answer.value))
        .string("state", state_name(answer.state))
        .number("epoch", answer.epoch)
        .time("as_of", answer.time_ms);
    if (of_now && *newest && answer.value != accepted) {
      if (Status done = write_pending(json, reader, subject, **newest); !done) return done;
    }
  } else {
    json.string("value", status_name(accepted)).string("state", "accepted");
  }
  if (*newest && may_see_change(caller, name)) {
    if (Status done = write_change(json, **newest); !done) return done;
  }
  if (query.proof) {
    if (answered.answer) {
      json.raw("proof", answered.proof);
    } else {
      json.null("proof");
    }
  }
  json.end_object();
  return {};
}

Result<std::uint64_t> epoch_of(const Services& services, const StoreReader& reader,
                               const StatusQuery& query, const StatusSubjectRow& subject) {
  if (const auto* at = std::get_if<AtEpoch>(&query.at)) return at->epoch;
  if (const auto* at = std::get_if<AtTime>(&query.at)) {
    return epoch_at(reader, at->time_ms);
  }
  return services.prover.status().choose_epoch(reader, subject.issuer, subject.target);
}

}  // namespace

Result<AtMoment> parse_moment(std::string_view text) {
  const bool digits = !text.empty() && std::all_of(text.begin(), text.end(),
                                                   [](char c) { return c >= '0' && c <= '9'; });
  if (digits) {
    AtEpoch at;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), at.epoch);
    if (error == std::errc()) return AtMoment(at);
  }
  std::string with_milliseconds(text);
  if (text.ends_with('Z') && text.find('.') == std::string_view::npos) {
    with_milliseconds.insert(text.size() - 1, ".000");
  }
  const Result<std::uint64_t> time_ms = crypto::parse_rfc3339(with_milliseconds);
  if (time_ms) return AtMoment(AtTime{*time_ms});
  return invalid_argument("expected the number of an epoch, or a time such as 2026-01-31T08:05:09Z",
                          "at");
}

Result<StatusSubjectRow> find_subject(const StoreReader& reader, const StatusQuery& query) {
  if (query.digest) {
    const Result<Location> where = find_one(reader, *query.digest, query.issuer, std::nullopt);
    if (!where) return where.error();
    return StatusSubjectRow{where->issuer, {kRegister, where->position}};
  }
  const Result<IssuerRow> issuer = reader.issuer_by_name(query.issuer.value_or(std::string()));
  if (!issuer && issuer.error().code == Errc::not_found) {
    return Error{Errc::not_found, "there is no such issuer", "issuer"};
  }
  if (!issuer) return issuer.error();
  std::uint64_t size = 0;
  if (query.target.list == kRegister) {
    const Result<std::uint64_t> next = reader.next_position(issuer->id);
    if (!next) return next.error();
    size = *next;
  } else {
    const Result<StatusListRow> list = reader.status_list(issuer->id, query.target.list);
    if (!list && list.error().code == Errc::not_found) {
      return Error{Errc::not_found, "the issuer has no such list", "list"};
    }
    if (!list) return list.error();
    size = list->size;
  }
  if (query.target.index >= size) {
    return Error{Errc::not_found, "the list has no such index", "index"};
  }
  return StatusSubjectRow{issuer->id, query.target};
}

Status append_status(const Services& services, const StatusQuery& query, const rpc::Caller& caller,
                     std::string& out) {
  const std::unique_ptr<StoreReader> reader = services.store.snapshot();
  const Result<StatusSubjectRow> subject = find_subject(*reader, query);
  if (!subject) return subject.error();
  const Result<std::uint64_t> epoch = epoch_of(services, *reader, query, *subject);
  Answered answered;
  if (epoch) {
    const auto answer = services.prover.status().prove(
        *reader, subject->issuer, subject->target, *epoch, query.proof ? &answered.proof : nullptr);
    if (!answer) return answer.error();
    answered.answer = *answer;
  } else if (epoch.error().code != Errc::not_found ||
             !std::holds_alternative<std::monostate>(query.at)) {
    return epoch.error();
  }
  return write(*reader, query, *subject, answered, caller, out);
}

Result<bool> append_known_status(const Services& services, const StatusQuery& query,
                                 const rpc::Caller& caller, std::string& out) {
  if (std::holds_alternative<AtTime>(query.at)) return false;
  // What is remembered never changes; what may be newer is read at its own moment.
  const std::unique_ptr<StoreReader> latest = services.store.latest();
  const Result<StatusSubjectRow> subject = find_subject(*latest, query);
  if (!subject) return subject.error();
  const Result<std::uint64_t> epoch = epoch_of(services, *latest, query, *subject);
  if (!epoch) return epoch.error().code == Errc::not_found ? Result<bool>(false) : epoch.error();
  Answered answered;
  auto answer = services.prover.status().prove_known(
      *latest, subject->issuer, subject->target, *epoch, query.proof ? &answered.proof : nullptr);
  if (!answer) return answer.error();
  if (!*answer) return false;
  answered.answer = *std::move(answer);
  if (Status written = write(*latest, query, *subject, answered, caller, out); !written) {
    return written.error();
  }
  return true;
}

}  // namespace kedge::node::api
