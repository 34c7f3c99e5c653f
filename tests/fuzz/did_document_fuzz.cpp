// SPDX-License-Identifier: Apache-2.0
// DID documents: what is accepted is consistent, every refusal has a reason.
#include <set>

#include "node/credential/did_document.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace kedge;
using namespace kedge::node;
using fuzz::check;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  if (const auto document = did_key_document(text)) {
    check(document->id == text && document->methods.size() == 1, "a did:key has one method");
    check(document->may_assert(document->methods[0].id), "which may assert");
  }
  const auto document = parse_did_document(text);
  if (!document) {
    check(!document.error().message.empty(), "a refusal has a reason");
    return 0;
  }
  std::set<std::string> ids;
  for (const VerificationMethod& method : document->methods) {
    check(ids.insert(method.id).second, "each method once");
    check(method.id.find('#') != std::string::npos, "ids have fragments");
    check(document->find(method.id) == &method, "what is there is found");
  }
  for (const std::string& id : document->assertion_methods) {
    check(ids.contains(id) || !id.starts_with(document->id + "#"), "own references lead somewhere");
  }
  return 0;
}
