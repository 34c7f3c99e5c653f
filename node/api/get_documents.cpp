// SPDX-License-Identifier: Apache-2.0
#include "node/api/get_documents.hpp"

#include <memory>
#include <mutex>

#include "node/api/docs_page.hpp"
#include "node/api/openapi.hpp"
#include "node/api/rest_answer.hpp"

namespace kedge::node {
namespace {

/// Both documents; only another program serves others.
struct Documents {
  std::once_flag made;
  std::string openapi;
  DocsPage page;

  void make(const rpc::MethodTable& methods, const std::string& version) {
    std::call_once(made, [&] {
      openapi = make_openapi(methods, version).dump();
      page = make_docs_page(methods, version);
    });
  }
};

}  // namespace

std::vector<rpc::Route> document_routes(const rpc::MethodTable& methods,
                                        const std::string& version) {
  const auto documents = std::make_shared<Documents>();
  std::vector<rpc::Route> routes;
  routes.push_back(
      {.path = "/openapi.json", .handler = [documents, &methods, version](const rpc::HttpRequest&) {
         documents->make(methods, version);
         rpc::HttpResponse response;
         response.body = documents->openapi;
         response.headers.emplace_back("Cache-Control", cache_control(Keep::briefly));
         return response;
       }});
  routes.push_back(
      {.path = "/docs", .handler = [documents, &methods, version](const rpc::HttpRequest&) {
         documents->make(methods, version);
         rpc::HttpResponse response;
         response.content_type = "text/html; charset=utf-8";
         response.body = documents->page.html;
         response.headers.emplace_back("Cache-Control", cache_control(Keep::briefly));
         response.headers.emplace_back("Content-Security-Policy", documents->page.policy);
         response.headers.emplace_back("Referrer-Policy", "no-referrer");
         return response;
       }});
  return routes;
}

}  // namespace kedge::node
