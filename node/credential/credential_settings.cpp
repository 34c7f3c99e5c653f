// SPDX-License-Identifier: Apache-2.0
#include "node/credential/credential_settings.hpp"

#include <fstream>

namespace kedge::node {
namespace {

Result<std::string> read_document(const std::filesystem::path& file) {
  std::error_code ignored;
  std::ifstream in(file, std::ios::binary);
  if (!in || !std::filesystem::is_regular_file(file, ignored)) {
    return Error{Errc::not_found, "cannot be read"};
  }
  std::string text(kMaxDidDocument + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  return text;
}

Status pin_file(const std::filesystem::path& file, DidResolvers& resolvers) {
  const auto refused = [&file](const Error& error) {
    const std::string where = error.field.empty() ? std::string() : error.field + ": ";
    return invalid_argument(file.string() + ": " + where + error.message,
                            "credentials.did_documents");
  };
  const auto text = read_document(file);
  if (!text) return refused(text.error());
  auto document = parse_did_document(*text);
  if (!document) return refused(document.error());
  const Status pinned = resolvers.pin(*std::move(document));
  if (!pinned) return refused(pinned.error());
  return {};
}

}  // namespace

Result<CredentialSettings> CredentialSettings::create(const config::TrustedCredentials& trusted) {
  CredentialSettings out;
  rpc::GetOptions options;
  options.ca_file = trusted.ca_file;
  for (const std::string& file : trusted.did_documents) {
    if (Status pinned = pin_file(file, *out.resolvers_); !pinned) return pinned.error();
  }
  if (!trusted.did_registry.empty()) {
    auto registry = DidRegistry::create(trusted.did_registry, options);
    if (!registry) {
      return invalid_argument(registry.error().message, "credentials.did_registry");
    }
    out.registry_ = std::make_unique<DidRegistry>(*std::move(registry));
    out.resolvers_->set_ebsi(out.registry_.get());
  }
  if (!trusted.status_hosts.empty()) {
    options.origins = trusted.status_hosts;
    auto get = rpc::HttpGet::create(std::move(options));
    if (!get) return invalid_argument(get.error().message, "credentials.status_hosts");
    out.source_ = std::make_unique<WebDocuments>(*std::move(get));
  }
  out.list_issuers_ = trusted.status_issuers;
  return out;
}

CredentialTrust CredentialSettings::trust(std::uint64_t now_ms,
                                          std::optional<Requirements> required) const {
  return {resolvers_.get(), source_.get(), list_issuers_, now_ms, required};
}

}  // namespace kedge::node
