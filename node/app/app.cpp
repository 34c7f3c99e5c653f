// SPDX-License-Identifier: Apache-2.0
#include "node/app/app.hpp"

#include <algorithm>
#include <future>
#include <thread>

#include "config/data_dir.hpp"
#include "config/listen_address.hpp"
#include "node/app/initialise.hpp"
#include "node/app/ledgers.hpp"
#include "node/app/log_key.hpp"
#include "node/app/webhook_parts.hpp"
#include "node/store/rocks_store.hpp"

namespace kedge::node {
namespace {

/// Bounds of how often lists that are new are looked for.
constexpr std::chrono::milliseconds kLookOften{1'000};
constexpr std::chrono::milliseconds kLookSeldom{60'000};

/// Whether a list of the issuer has ever been signed.
Result<bool> has_published(const StoreReader& reader, const std::string& issuer) {
  const auto row = reader.issuer_by_name(issuer);
  if (!row) return row.error();
  const auto lists = reader.status_lists(row->id);
  if (!lists) return lists.error();
  for (const StatusListRow& list : *lists) {
    const auto document =
        find_published(reader, row->id, list.list, ListEncoding::token_jwt, std::nullopt);
    if (document) return true;
    if (document.error().code != Errc::not_found) return document.error();
  }
  return false;
}

std::string hold_name(const ledger::Ledger& ledger) {
  return "ledger " + ledger.name();
}

}  // namespace

App::App(config::Settings settings, NodeLog& log, AppOptions options)
    : settings_(std::move(settings)),
      log_(log),
      options_(std::move(options)),
      list_keys_(config::DataDir(settings_.data_dir)) {}

App::~App() {
  stop();
}

Result<std::unique_ptr<App>> App::start(config::Settings settings, NodeLog& log,
                                        AppOptions options) {
  std::unique_ptr<App> app(new App(std::move(settings), log, std::move(options)));
  if (Status done = app->open_store(); !done) return std::move(done).error();
  if (Status done = app->open_access(); !done) return std::move(done).error();
  if (Status done = app->open_log(); !done) return std::move(done).error();
  if (Status done = app->check_ledgers(); !done) return std::move(done).error();
  const SequencerStatus found = app->sequencer_->status();
  app->access_->note_start(found.unsealed + found.unsealed_changes);
  if (Status done = app->sequencer_->start(); !done) return std::move(done).error();
  if (Status done = app->make_issuers(); !done) return std::move(done).error();
  if (Status done = app->start_webhooks(); !done) return std::move(done).error();
  app->start_anchorers();
  if (Status done = app->serve(); !done) return std::move(done).error();
  return app;
}

Status App::open_store() {
  const config::DataDir dir(settings_.data_dir);
  if (Status whole = check_not_restoring(settings_); !whole) return whole;
  if (!is_initialised(settings_)) {
    if (Status made = initialise(settings_); !made) return made;
    log_.info("made a data directory",
              {{"path", dir.root().string()}, {"origin", settings_.log.origin}});
  }
  auto lock = DataLock::acquire(dir.lock());
  if (!lock) return std::move(lock).error();
  lock_.emplace(std::move(*lock));

  RocksOptions options;
  options.block_cache_bytes = settings_.store.block_cache;
  options.leaf_cache_bytes = settings_.store.leaf_cache;
  options.locator_cache_bytes = settings_.store.locator_cache;
  options.max_open_files = static_cast<int>(settings_.store.max_open_files);
  auto store = open_rocks_store(dir.store(), options);
  if (!store) return std::move(store).error();
  store_ = std::move(*store);
  events_ = std::make_unique<NodeEvents>(hub_, *store_);
  if (store_->identity().origin != settings_.log.origin) {
    return invalid_argument("the log in " + dir.root().string() + " is '" +
                                store_->identity().origin + "', the settings say '" +
                                settings_.log.origin + "'; a log keeps its origin for ever",
                            "log.origin");
  }
  return {};
}

Status App::open_access() {
  auto access = AccessParts::open(settings_, clock_, log_, [this](const Error& error) {
    note_failure("the record of what was done cannot be written", error);
  });
  if (!access) return std::move(access).error();
  access_ = *std::move(access);
  return {};
}

Status App::open_log() {
  auto signer = load_log_key(config::DataDir(settings_.data_dir), settings_.log.origin);
  if (!signer) return std::move(signer).error();
  if (Status good = check_log_vkey(*signer); !good) return good;
  auto ledgers = open_ledgers(settings_, clock_);
  if (!ledgers) return std::move(ledgers).error();
  ledgers_ = std::move(*ledgers);
  auto progress = Progress::open(*store_, clock_, {});
  if (!progress) return std::move(progress).error();
  progress_ = std::move(*progress);

  SequencerOptions options;
  options.log.batch_max_size = settings_.batch.max_size;
  options.log.heartbeat_ms = static_cast<std::uint64_t>(settings_.seal.heartbeat.count());
  options.list_size = settings_.status.list_size;
  options.seal_interval = settings_.seal.interval;
  options.queue_items = settings_.batch.max_queue;
  options.record_issuer = record_issuer_name(settings_.log.origin);
  auto sequencer =
      Sequencer::open(*store_, std::move(*signer), clock_, *progress_, options, sequencer_events());
  if (!sequencer) return std::move(sequencer).error();
  sequencer_ = std::move(*sequencer);
  writes_.emplace(*sequencer_, access_->recorder());
  return {};
}

Status App::check_log_vkey(const crypto::NoteSigner& signer) {
  auto key = crypto::NoteVerifier::from_vkey(signer.vkey());
  if (!key) return std::move(key).error();
  log_key_ = *std::move(key);
  const config::DataDir dir(settings_.data_dir);
  const auto written = load_log_vkey(dir);
  if (written && written->vkey() == signer.vkey()) return {};
  // It follows from the secret key: what is wrong with it can be put right here.
  log_.warning("log.vkey was missing or is not the public half of the log key; it is written anew",
               {{"file", dir.log_vkey().string()}, {"key", signer.vkey()}});
  return write_log_vkey(dir, signer);
}

Status App::check_ledgers() {
  const auto reader = store_->snapshot();
  for (std::size_t i = 0; i < ledgers_.size(); ++i) {
    const auto& ledger = ledgers_[i];
    const auto standing = check_ledger_not_ahead(*ledger, *reader);
    if (!standing) {
      // Reading stays possible; signing waits for the anchorer's own look, or for the operator.
      sequencer_->hold_sealing(hold_name(*ledger), standing.error().message);
      log_.error("nothing will be signed: ledger " + ledger->name(), standing.error());
    } else if (*standing == LedgerStanding::behind) {
      log_.warning("the ledger lacks anchors that were final; new ones will cover the whole log",
                   {{"ledger", ledger->name()}});
    }
    AnchorerOptions options;
    if (ledger->kind() == "evm") options.poll_interval = settings_.ledgers[i].evm.poll_interval;
    anchorers_.push_back(std::make_unique<Anchorer>(*store_, *ledger, clock_, *progress_, options,
                                                    anchorer_events(*ledger)));
  }
  return {};
}

Status App::make_issuers() {
  if (Status made = make_issuer(settings_.issuer); !made) return made;
  for (const std::string& name : options_.issuers) {
    if (Status made = make_issuer(name); !made) return made;
  }
  return {};
}

Status App::make_issuer(const std::string& name) {
  std::promise<Result<IssuerId>> made;
  sequencer_->add_issuer(name, [&made](Result<IssuerId> id) { made.set_value(std::move(id)); });
  auto id = made.get_future().get();
  if (!id) return std::move(id).error();
  return put_list_key(name);
}

Status App::put_list_key(const std::string& issuer) {
  const std::lock_guard one_at_a_time(list_key_mutex_);
  const auto type = list_key_type(settings_.status.key_type);
  if (!type) return type.error();
  const auto published = has_published(*store_->snapshot(), issuer);
  if (!published) return published.error();
  // A new key instead of one that is lost would sign what no verifier believes: publishing waits,
  // and says so, until the operator has put the key back or makes another.
  if (*published) return {};
  const auto made = make_list_key(config::DataDir(settings_.data_dir), issuer, *type);
  if (!made) return made.error();
  if (*made) {
    log_.info("made a key for the status lists of an issuer",
              {{"issuer", issuer}, {"type", settings_.status.key_type}});
  }
  return {};
}

Status App::start_webhooks() {
  // Before the anchorers: what they make final is to be told.
  auto webhooks = open_webhooks(settings_, *store_, clock_, log_);
  if (!webhooks) return std::move(webhooks).error();
  webhooks_ = *std::move(webhooks);
  if (webhooks_) webhooks_->start();
  return {};
}

void App::start_anchorers() {
  for (const auto& anchorer : anchorers_) anchorer->start();
}

SequencerEvents App::sequencer_events() {
  SequencerEvents events;
  events.sealed = [this](const CheckpointRow& checkpoint) {
    log_.debug("sealed", {{"epoch", std::to_string(checkpoint.epoch)},
                          {"size", std::to_string(checkpoint.size)}});
    for (const auto& anchorer : anchorers_) anchorer->wake();
    events_->sealed(checkpoint);
    if (ListPublishing* const publishing = woken_at_seal_) publishing->wake();
  };
  events.failed = [this](const Error& error) { note_failure("the sequencer has stopped", error); };
  events.committed = [this](std::chrono::nanoseconds took) { metrics_.note_commit(took); };
  events.sealing_took = [this](std::chrono::nanoseconds took) { metrics_.note_seal(took); };
  if (Recorder* const recorder = access_->recorder()) {
    events.record_head = [recorder] { return recorder->sync(); };
  }
  return events;
}

void App::start_publishing(const std::string& base_url) {
  const config::StatusSettings& status = settings_.status;
  PublisherOptions options;
  options.base_url = status.base_url.empty() ? base_url : status.base_url;
  options.ttl_ms = static_cast<std::uint64_t>(status.ttl.count());
  options.valid_for_ms = static_cast<std::uint64_t>(status.valid_for.count());
  options.publish_interval_ms = static_cast<std::uint64_t>(status.publish_interval.count());
  options.ebsi_schema = status.ebsi_schema;
  options.ebsi_proxies = status.ebsi_proxies;
  ListPublisher publisher(*store_, std::move(options),
                          [this](const IssuerRow& issuer) { return list_keys_.of(issuer.name); });
  ListPublishingOptions publishing;
  publishing.own_issuer = own_issuer_name(settings_.log.origin);
  publishing.look_interval =
      std::clamp<std::chrono::milliseconds>(status.publish_interval, kLookOften, kLookSeldom);
  publishing.call_items = std::min<std::size_t>(kMaxSubmitItems, settings_.batch.max_size);
  publishing_ = std::make_unique<ListPublishing>(std::move(publisher), *sequencer_, clock_,
                                                 std::move(publishing), publishing_events());
  publishing_->start();
  woken_at_seal_ = publishing_.get();
}

ListPublishingEvents App::publishing_events() {
  ListPublishingEvents events;
  events.published = [this](std::size_t lists) {
    log_.debug("published status lists", {{"lists", std::to_string(lists)}});
  };
  events.trouble = [this](const Error& error) {
    log_.error("status lists wait to be published", error);
  };
  events.failed = [this](const Error& error) {
    note_failure("the publishing of status lists has stopped", error);
  };
  return events;
}

AnchorerEvents App::anchorer_events(const ledger::Ledger& ledger) {
  const std::string holder = hold_name(ledger);
  AnchorerEvents events;
  events.checked = [this, holder](LedgerStanding) { sequencer_->release_sealing(holder); };
  events.refused = [this, holder](const Error& error) {
    sequencer_->hold_sealing(holder, error.message);
    log_.error("nothing will be signed or anchored", error);
  };
  events.attempting = [this, name = ledger.name()](const std::string& trace) {
    log_.debug("anchoring", {{"ledger", name}, {"traceparent", trace}});
  };
  events.halted = [this, name = ledger.name()](const Error& error) {
    log_.error("anchoring to the ledger " + name + " waits for an operator", error);
  };
  events.changed = [this](const AnchorRow& anchor) {
    log_.debug("anchor", {{"ledger", anchor.ledger},
                          {"epoch", std::to_string(anchor.epoch)},
                          {"final", anchor.state == AnchorState::final ? "yes" : "no"}});
    events_->anchored(anchor);
    if (webhooks_) webhooks_->wake();
  };
  events.failed = [this](const Error& error) { note_failure("an anchorer has stopped", error); };
  return events;
}

void App::note_failure(std::string_view what, const Error& error) {
  log_.error(what, error);
  const std::lock_guard hold(failure_mutex_);
  if (!failure_) failure_ = error;
}

std::optional<Error> App::failure() const {
  const std::lock_guard hold(failure_mutex_);
  return failure_;
}

}  // namespace kedge::node
