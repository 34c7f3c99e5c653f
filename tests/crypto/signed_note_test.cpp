// SPDX-License-Identifier: Apache-2.0
#include "crypto/signed_note.hpp"

#include <algorithm>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "crypto/base64.hpp"
#include "crypto/checkpoint.hpp"
#include "tests/support/vectors.hpp"

namespace kedge::crypto {
namespace {

using nlohmann::json;

std::string text_of(const json& object, const char* key) {
  return object.at(key).get<std::string>();
}

/// The note after "\n\n", one signature line without its newline.
std::string signature_line(const std::string& note) {
  const std::size_t begin = note.rfind("\n\n") + 2;
  return note.substr(begin, note.size() - begin - 1);
}

NoteSigner signer(std::string name, std::uint8_t seed) {
  return *NoteSigner::create(std::move(name),
                             *SecretKey::from_bytes(KeyType::ed25519, Bytes(32, seed)));
}

NoteVerifier verifier_of(const NoteSigner& signer) {
  return *NoteVerifier::from_vkey(signer.vkey());
}

std::string resign(const std::string& text, const NoteSignature& signature) {
  Bytes line(signature.key_id.begin(), signature.key_id.end());
  line.insert(line.end(), signature.signature.begin(), signature.signature.end());
  return text + "\n\xE2\x80\x94 " + signature.name + " " + base64_encode(line) + "\n";
}

TEST(NoteVectors, VerifyAndReject) {
  KEDGE_NEEDS_VECTORS("tlog/signed-notes");
  const json cases = json::parse(test::read_file(vectors / "notes.json"));
  int verified = 0;
  int refused = 0;
  for (const json& c : cases) {
    SCOPED_TRACE(text_of(c, "id"));
    const auto verifier = NoteVerifier::from_vkey(text_of(c, "vkey"));
    if (text_of(c, "want") != "verifies") {
      // Either the key in text is refused already, or it is another key than the note's.
      const auto origin = std::find_if(cases.begin(), cases.end(), [](const json& other) {
        return text_of(other, "id") == "rekor-v1-ecdsa";
      });
      ASSERT_NE(origin, cases.end());
      EXPECT_FALSE(verifier && open_note(text_of(*origin, "note"), std::span(&*verifier, 1)));
      ++refused;
      continue;
    }
    ASSERT_TRUE(verifier) << verifier.error().message;
    EXPECT_EQ(verifier->vkey(), text_of(c, "vkey"));
    const std::string note = text_of(c, "note");
    const auto text = open_note(note, std::span(&*verifier, 1));
    ASSERT_TRUE(text) << text.error().message;
    EXPECT_EQ(*text, note.substr(0, note.rfind("\n\n") + 1));
    ++verified;
  }
  EXPECT_EQ(verified, 5);
  EXPECT_EQ(refused, 2);
}

TEST(NoteVectors, AnyChangedByteOfASignatureRefusesTheNote) {
  KEDGE_NEEDS_VECTORS("tlog/signed-notes");
  for (const json& c : json::parse(test::read_file(vectors / "notes.json"))) {
    if (text_of(c, "want") != "verifies") continue;
    SCOPED_TRACE(text_of(c, "id"));
    const auto verifier = NoteVerifier::from_vkey(text_of(c, "vkey"));
    ASSERT_TRUE(verifier);
    const auto note = parse_note(text_of(c, "note"));
    ASSERT_TRUE(note);
    ASSERT_EQ(note->signatures.size(), 1U);
    NoteSignature signature = note->signatures[0];
    for (std::uint8_t& byte : signature.signature) {
      byte ^= 0x01;
      const auto text = open_note(resign(note->text, signature), std::span(&*verifier, 1));
      ASSERT_FALSE(text);
      EXPECT_EQ(text.error().code, Errc::invalid_argument);
      byte ^= 0x01;
    }
    signature.signature.push_back(0);
    EXPECT_FALSE(open_note(resign(note->text, signature), std::span(&*verifier, 1)));
    signature.signature.resize(signature.signature.size() - 2);
    EXPECT_FALSE(open_note(resign(note->text, signature), std::span(&*verifier, 1)));
  }
}

TEST(NoteVectors, WitnessRequestCarriesANote) {
  KEDGE_NEEDS_VECTORS("tlog/signed-notes");
  const std::string body = test::read_file(vectors / "tlog-witness-add-checkpoint-example.txt");
  // The example ends with an empty line that is not part of the note.
  ASSERT_TRUE(body.ends_with("\n\n"));
  const std::size_t begin = body.find("\n\n") + 2;
  const auto note = parse_note(body.substr(begin, body.size() - begin - 1));
  ASSERT_TRUE(note) << note.error().message;
  EXPECT_EQ(note->signatures.size(), 2U);
  const auto checkpoint = parse_checkpoint(note->text);
  ASSERT_TRUE(checkpoint);
  EXPECT_EQ(checkpoint->origin, "example.com/behind-the-sofa");
  EXPECT_EQ(checkpoint->size, 20852163U);
}

TEST(NoteSigner, WhatItSignsItsKeyOpens) {
  const NoteSigner log = signer("anchor.example.edu/log", 7);
  const std::string text = "first\n\nthird, after an empty line \xC3\xA9\n";
  const auto note = log.sign(text);
  ASSERT_TRUE(note);
  const NoteVerifier verifier = verifier_of(log);
  EXPECT_EQ(verifier.name(), "anchor.example.edu/log");
  EXPECT_EQ(*open_note(*note, std::span(&verifier, 1)), text);
  EXPECT_EQ(*log.sign(text), *note) << "Ed25519 is deterministic";

  const auto again = NoteSigner::from_private_text(log.private_text());
  ASSERT_TRUE(again);
  EXPECT_EQ(again->vkey(), log.vkey());
  EXPECT_EQ(*again->sign(text), *note);
}

TEST(NoteSigner, RefusesWhatANoteCannotCarry) {
  const NoteSigner log = signer("log", 7);
  for (const char* text : {"", "no newline", "tab\t\n", "return\r\n", "\xFF\n", "\xC0\xAF\n",
                           "\xED\xA0\x80\n", "\xF4\x90\x80\x80\n", "cut \xE2\x80\n"}) {
    EXPECT_FALSE(log.sign(text)) << text;
  }
  EXPECT_FALSE(log.sign(std::string("nul \0\n", 6)));
  EXPECT_FALSE(log.sign(std::string(kMaxNoteSize, 'a') + "\n"));
  for (const char* name : {"", "a b", "a+b", "a\tb", "a\xC2\xA0", "\xE2\x80\x83", "a\xE3\x80\x80z",
                           "line\nbreak", "\xFF"}) {
    EXPECT_FALSE(NoteSigner::create(name, *SecretKey::from_bytes(KeyType::ed25519, Bytes(32, 1))))
        << name;
  }
  EXPECT_FALSE(NoteSigner::create("log", *SecretKey::from_bytes(KeyType::p256, Bytes(32, 1))));
}

TEST(NoteSigner, RefusesAWrongPrivateText) {
  const std::string good = signer("log", 7).private_text();
  EXPECT_TRUE(NoteSigner::from_private_text(good));
  EXPECT_FALSE(NoteSigner::from_private_text(good.substr(8)));
  EXPECT_FALSE(NoteSigner::from_private_text(good + "A"));
  EXPECT_FALSE(NoteSigner::from_private_text(signer("log", 7).vkey()));
  std::string other_name = good;
  other_name.replace(other_name.find("log"), 3, "lag");
  EXPECT_FALSE(NoteSigner::from_private_text(other_name));
}

TEST(OpenNote, KnownKeysDecide) {
  const NoteSigner a = signer("a.example", 1);
  const NoteSigner b = signer("b.example", 2);
  const NoteSigner a_renewed = signer("a.example", 3);
  const std::string text = "hello\n";
  const std::string by_a = signature_line(*a.sign(text));
  const std::string by_b = signature_line(*b.sign(text));
  const std::string bad_a = signature_line(*a.sign("other\n"));
  const auto note = [&](std::initializer_list<std::string> lines) {
    std::string all = text + "\n";
    for (const std::string& line : lines) all += line + "\n";
    return all;
  };
  const NoteVerifier knows_a = verifier_of(a);
  const NoteVerifier knows_both[] = {verifier_of(a), verifier_of(b)};
  const NoteVerifier knows_renewed = verifier_of(a_renewed);

  EXPECT_TRUE(open_note(note({by_b, by_a}), std::span(&knows_a, 1)));
  EXPECT_TRUE(open_note(note({by_a, by_b}), knows_both));
  EXPECT_TRUE(open_note(note({by_b}), knows_both));
  EXPECT_EQ(open_note(note({by_b}), std::span(&knows_a, 1)).error().code, Errc::not_found);
  EXPECT_EQ(open_note(note({by_a}), {}).error().code, Errc::not_found);
  EXPECT_EQ(open_note(note({by_a}), std::span(&knows_renewed, 1)).error().code, Errc::not_found)
      << "the same name with another id is another key";
  EXPECT_EQ(open_note(note({by_b, bad_a}), knows_both).error().code, Errc::invalid_argument)
      << "one good signature does not save a bad one of a known key";
  EXPECT_EQ(open_note(note({by_a, bad_a}), std::span(&knows_a, 1)).error().code,
            Errc::invalid_argument);
}

TEST(ParseNote, AcceptsSixteenLargeSignaturesAndBoundsThem) {
  const NoteSigner log = signer("log", 1);
  std::string note = *log.sign("text\n");
  const std::string large = resign("", {"pq.example", {1, 2, 3, 4}, Bytes(5000, 9)}).substr(1);
  for (int i = 0; i < 16; ++i) note += large;
  const NoteVerifier verifier = verifier_of(log);
  EXPECT_TRUE(open_note(note, std::span(&verifier, 1)));

  const std::string small = resign("", {"x", {1, 2, 3, 4}, Bytes(1, 9)}).substr(1);
  std::string many = "text\n\n";
  for (std::size_t i = 0; i < kMaxNoteSignatures; ++i) many += small;
  EXPECT_TRUE(parse_note(many));
  EXPECT_FALSE(parse_note(many + small));
  EXPECT_FALSE(parse_note(std::string(kMaxNoteSize, 'a') + "\n\n" + small));
}

TEST(ParseNote, RefusesEveryOtherForm) {
  const std::string text = "text\n";
  const std::string line = signature_line(*signer("log", 1).sign(text));
  const std::string encoded = line.substr(line.rfind(' ') + 1);
  ASSERT_TRUE(parse_note(text + "\n" + line + "\n"));
  const std::string dash = "\xE2\x80\x94 ";
  const std::string bad[] = {
      "",
      "\n",
      "\n\n",
      text,
      text + "\n",
      text + line + "\n",
      text + "\n" + line,
      text + "\n" + line + "\n\n",
      text + "\n" + line + "\n" + text,
      text + "\n- log " + encoded + "\n",
      text + "\n\xE2\x80\x94log " + encoded + "\n",
      text + "\n" + dash + "log\n",
      text + "\n" + dash + " " + encoded + "\n",
      text + "\n" + dash + "a b " + encoded + "\n",
      text + "\n" + dash + "a+b " + encoded + "\n",
      text + "\n" + dash + "log " + encoded + " \n",
      text + "\n" + dash + "log " + encoded.substr(0, encoded.size() - 1) + "\n",
      text + "\n" + dash + "log AAAA\n",
      text + "\n" + dash + "log AAAAAA==\n",
      text + "\n" + dash + "log AAAAAAB=\n",
      text + "\n" + line + "\r\n",
      "te\txt\n\n" + line + "\n",
      "te\xFFxt\n\n" + line + "\n",
  };
  for (const std::string& note : bad) EXPECT_FALSE(parse_note(note)) << note;
  EXPECT_TRUE(parse_note(text + "\n" + dash + "log AAAAAAA=\n"));
}

TEST(NoteVerifier, RefusesAWrongVkey) {
  const std::string good = signer("log", 1).vkey();
  ASSERT_TRUE(NoteVerifier::from_vkey(good));
  const std::size_t first = good.find('+');
  const std::size_t second = good.find('+', first + 1);
  const std::string id = good.substr(first + 1, 8);
  const std::string key = good.substr(second + 1);
  const std::string bad[] = {
      "",
      "log",
      "log+" + id,
      "+" + id + "+" + key,
      "lo g+" + id + "+" + key,
      "log+" + id.substr(1) + "+" + key,
      "log+00000000+" + key,
      "log+" + id + "+" + key.substr(4),
      "log+" + id + "+",
      "log+" + id + "+" + key + "+",
      good + "\n",
      "log+" + id + "+BgAA",
      "log+" + id + "+/wAA",
  };
  for (const std::string& vkey : bad) EXPECT_FALSE(NoteVerifier::from_vkey(vkey)) << vkey;
}

}  // namespace
}  // namespace kedge::crypto
