// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>

#include "crypto/base64.hpp"
#include "crypto/sha256.hpp"
#include "node/api/docs_page.hpp"
#include "node/api/openapi.hpp"
#include "rpc/client.hpp"
#include "rpc/server.hpp"
#include "tests/node/api/described_node.hpp"

namespace kedge::test {
namespace {

/// What a node serves about itself is taken from its real server, and compared with what it does.
class DescribedServer : public DescribedNode {
 protected:
  DescribedServer() {
    auto started = rpc::Server::start({}, methods(), node::make_routes(services(), methods()),
                                      authorizer(), observer_);
    if (!started) throw std::runtime_error(started.error().message);
    server_ = *std::move(started);
    auto client = rpc::Client::connect("http://127.0.0.1:" + std::to_string(server_->port()),
                                       {.token = kCookie});
    if (!client) throw std::runtime_error(client.error().message);
    client_.emplace(*std::move(client));
  }
  ~DescribedServer() override { server_->stop(); }

  std::string page(const std::string& target) {
    const auto answer = client_->get(target);
    EXPECT_TRUE(answer) << target;
    EXPECT_EQ(answer->status, 200U) << target << " " << answer->body;
    return answer->body;
  }

  rpc::Observer observer_;
  std::unique_ptr<rpc::Server> server_;
  std::optional<rpc::Client> client_;
};

TEST_F(DescribedServer, AnswersTheExamplesOfItsOpenRpcAsPublished) {
  const auto discovered = client_->call("rpc.discover", "{}");
  ASSERT_TRUE(discovered) << discovered.error().message;
  const json document = json::parse(*discovered);
  const SchemaChecker published(document["components"]["schemas"]);
  for (const json& method : document["methods"]) {
    const auto name = method["name"].get<std::string>();
    for (const json& example : method["examples"]) {
      json params = json::object();
      for (const json& param : example["params"]) {
        params[param["name"].get<std::string>()] = param["value"];
      }
      const auto answer = client_->call(name, live(params).dump());
      ASSERT_TRUE(answer) << name << ": " << answer.error().message;
      EXPECT_EQ(published.check(method["result"]["schema"], json::parse(*answer)), "") << name;
    }
  }
}

/// Every resource with an example of its method; no answer has a property that the schema lacks.
TEST_F(DescribedServer, AnswersTheExamplesOfItsOpenApiAsPublished) {
  const json document = json::parse(page("/openapi.json"));
  EXPECT_EQ(document["openapi"], "3.1.0");
  const SchemaChecker published(document["components"]["schemas"]);
  int asked = 0;
  for (const node::RestRow& row : node::rest_table()) {
    const node::DocJson described = node::doc_of(*methods().find(row.method));
    const node::DocJson example = node::example_of(row, described);
    ASSERT_FALSE(example.is_null()) << row.path;
    const bool posts = row.http_method == "POST";
    const json& operation = document["paths"][std::string(row.path)][posts ? "post" : "get"];
    const json& schema = operation["responses"]["200"]["content"]["application/json"]["schema"];
    json answer;
    if (posts) {
      const rpc::HttpResponse response =
          visit("POST", std::string(row.path), live(json::parse(example["params"].dump())).dump(),
                {{"Content-Type", "application/json"}, {"Authorization", "Bearer " + kCookie}});
      EXPECT_EQ(response.status, 200U) << row.path << response.body;
      answer = json::parse(response.body);
    } else {
      const rpc::HttpResponse response =
          get(node::example_target(row, example),
              {{"Accept", "application/json"}, {"Authorization", "Bearer " + kCookie}});
      EXPECT_EQ(response.status, 200U) << row.path << response.body;
      answer = json::parse(response.body);
    }
    EXPECT_EQ(published.check(schema, answer), "") << row.path;
    EXPECT_EQ(published.check(schema, json::parse(node::example_answer(row, example).dump())), "")
        << row.path;
    ++asked;
  }
  EXPECT_GT(asked, 20);
}

/// For the validators of others (tests/interop/interface): the documents as they are served, and
/// what the node answers to their examples.
TEST_F(DescribedServer, WritesWhatItServes) {
  const char* folder = std::getenv("KEDGE_WRITE_DOCUMENTS");
  if (folder == nullptr) GTEST_SKIP() << "KEDGE_WRITE_DOCUMENTS names no folder";
  std::filesystem::create_directories(folder);
  const std::filesystem::path to(folder);
  std::ofstream(to / "openrpc.json") << page("/openrpc.json");
  std::ofstream(to / "openapi.json") << page("/openapi.json");
  json answers = json::array();
  for (const auto& [name, method] : methods().all()) {
    const json described = doc(name);
    for (const json& example : described["examples"]) {
      const auto answer = client_->call(name, live(example["params"]).dump());
      ASSERT_TRUE(answer) << name << answer.error().message;
      answers.push_back({{"method", name},
                         {"params", example["params"]},
                         {"shown", example["result"]},
                         {"answer", json::parse(*answer)}});
    }
  }
  std::ofstream(to / "answers.json") << answers.dump();
}

/// OWASP API9: what is served is described, and what is described is served.
TEST_F(DescribedServer, ServesNothingThatItDoesNotDescribe) {
  const json document = json::parse(page("/openapi.json"));
  std::set<std::string> served;
  for (const rpc::Route& route : node::make_routes(services(), methods())) {
    served.insert(route.method + " " + route.path);
  }
  std::set<std::string> described;
  std::set<std::string> ids;
  for (const auto& [path, operations] : document["paths"].items()) {
    for (const auto& [verb, operation] : operations.items()) {
      EXPECT_TRUE(ids.insert(operation["operationId"].get<std::string>()).second) << path;
      described.insert((verb == "post" ? "POST " : "GET ") + path);
    }
  }
  for (const node::ResourceRow& row : node::resource_table()) {
    EXPECT_EQ(described.erase("GET " + std::string(row.path)), 1U) << row.path;
    if (!row.route.empty()) described.insert("GET " + std::string(row.route));
  }
  EXPECT_EQ(served, described);
  for (const char* path : {"/", "/v1", "/v1/", "/v2/ledgers", "/admin", "/metrics", "/swagger",
                           "/.git/config", "/v1/anchors/../node", "/openapi", "/docs/"}) {
    EXPECT_EQ(client_->get(path)->status, 404U) << path;
  }
}

/// OWASP API5 and API8: operations say whom they are for, and only reads are for scripts of other
/// pages.
TEST_F(DescribedServer, NamesTheScopesOfWhatIsNotOpen) {
  const json document = json::parse(page("/openapi.json"));
  for (const node::RestRow& row : node::rest_table()) {
    const bool open = methods().find(row.method)->access == rpc::Access::open;
    const char* verb = row.http_method == "POST" ? "post" : "get";
    const json& security = document["paths"][std::string(row.path)][verb]["security"];
    EXPECT_EQ(security.empty(), open) << row.path;
    EXPECT_TRUE(open || !security.at(0).at("token").empty()) << row.path;
  }
  for (const rpc::Route& route : node::make_routes(services(), methods())) {
    EXPECT_FALSE(route.open && route.method != "GET" && route.path != "/v1/proofs/verify");
  }
}

TEST_F(DescribedServer, ShowsAllOfItToPeopleWithoutScriptsAndOtherHosts) {
  const std::string html = page("/docs");
  for (const auto& [name, method] : methods().all()) {
    EXPECT_NE(html.find("id=\"" + name + "\""), std::string::npos) << name;
  }
  for (const node::RestRow& row : node::rest_table()) {
    EXPECT_NE(html.find(std::string(row.path)), std::string::npos) << row.path;
  }
  const node::DocJson components = node::DocJson::parse(node::schema_components());
  for (const auto& [name, schema] : components.items()) {
    EXPECT_NE(html.find("id=\"schema-" + name + "\""), std::string::npos) << name;
  }
  for (const char* foreign : {"<script", "<link", "<img", "<iframe", "src=", "href=\"http",
                              "href=\"//", "url(", "@import", "onload", " style="}) {
    EXPECT_EQ(html.find(foreign), std::string::npos) << foreign;
  }
  const std::size_t begin = html.find("<style>") + 7;
  const std::string style = html.substr(begin, html.find("</style>") - begin);
  const rpc::HttpResponse response = get("/docs");
  EXPECT_EQ(rpc::find_header(response.headers, "Content-Security-Policy"),
            "default-src 'none'; style-src 'sha256-" +
                crypto::base64_encode(crypto::sha256(as_bytes(style))) +
                "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
  EXPECT_EQ(response.content_type, "text/html; charset=utf-8");
  EXPECT_EQ(rpc::find_header(response.headers, "X-Content-Type-Options"), "nosniff");
}

}  // namespace
}  // namespace kedge::test
