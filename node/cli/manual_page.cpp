// SPDX-License-Identifier: Apache-2.0
#include "node/cli/manual_page.hpp"

#include <string_view>

namespace kedge::node::cli {
namespace {

/// A text as roff reads it: a hyphen that can be copied, and nothing at the begin of a line that
/// could be a request.
std::string roff(std::string_view text) {
  std::string out;
  bool begins = true;
  for (const char c : text) {
    if (begins && (c == '.' || c == '\'')) out += "\\&";
    begins = c == '\n';
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else {
      out += c;
    }
  }
  return out;
}

std::string head(const std::string& name) {
  return ".TH " + name + " 1 \"\" \"kedge " KEDGE_VERSION "\" \"Kedge\"\n";
}

/// Lines as they were broken.
std::string verbatim(std::string_view text) {
  std::string out = ".nf\n" + roff(text);
  if (!out.ends_with('\n')) out += '\n';
  return out + ".fi\n";
}

std::string option_entry(const OptionText& option) {
  std::string names;
  for (const std::string& name : option.names) {
    names += (names.empty() ? "\\fB" : ", \\fB") + roff(name) + "\\fR";
  }
  if (!option.placeholder.empty()) names += " \\fI" + roff(option.placeholder) + "\\fR";
  return ".TP\n" + names + "\n" + roff(option.meaning) + "\n";
}

}  // namespace

std::string main_page(std::span<const CommandText> commands) {
  std::string out =
      head("KEDGE") +
      ".SH NAME\n"
      "kedge \\- an anchoring node for verifiable credentials\n"
      ".SH SYNOPSIS\n"
      ".B kedge\n"
      ".I COMMAND\n"
      "[\\fIOPTIONS\\fR] [\\fIWORDS\\fR]\n"
      ".SH DESCRIPTION\n"
      "Hashes issued credentials into Merkle batches, keeps them in one append\\-only "
      "log whose checkpoints it signs, anchors the checkpoints to a ledger, and hands "
      "out proofs that anybody can verify offline.\n"
      ".SH COMMANDS\n";
  for (const CommandText& command : commands) {
    out += ".TP\n\\fB" + roff(command.name) + "\\fR\n" + roff(command.summary) + "\n";
  }
  // Requests take no comma: one a line.
  std::string list;
  for (const CommandText& command : commands) {
    const bool last = &command == &commands.back();
    list += ".BR kedge\\-" + roff(command.name) + (last ? " (1)\n" : " (1),\n");
  }
  return out +
         ".SH EXIT STATUS\n"
         "0 done or valid, 1 failed or invalid, 2 usage, 3 unknown.\n"
         ".SH FILES\n"
         ".TP\n"
         ".I /etc/kedge/kedge.toml\n"
         "Settings of the system's node, run by the unit kedge.service.\n"
         ".TP\n"
         ".I /var/lib/kedge\n"
         "Its data directory.\n"
         ".SH SEE ALSO\n" +
         list;
}

std::string command_page(const CommandText& command) {
  std::string name = "KEDGE-";
  for (const char c : command.name) name += static_cast<char>(c - 'a' + 'A');
  std::string out = head(roff(name)) + ".SH NAME\nkedge\\-" + roff(command.name) + " \\- " +
                    roff(command.summary) + "\n.SH SYNOPSIS\n.B kedge " + roff(command.name) +
                    "\n[\\fIOPTIONS\\fR]";
  for (const WordText& word : command.words) {
    const std::string shown = "\\fI" + roff(word.name) + "\\fR";
    out += word.required ? " " + shown : " [" + shown + "]";
  }
  out += '\n';
  if (!command.footer.empty()) out += ".SH DESCRIPTION\n" + verbatim(command.footer);
  if (!command.words.empty()) {
    out += ".SH WORDS\n";
    for (const WordText& word : command.words) {
      out += ".TP\n\\fI" + roff(word.name) + "\\fR\n" + roff(word.meaning) + "\n";
    }
  }
  out += ".SH OPTIONS\n";
  for (const OptionText& option : command.options) out += option_entry(option);
  return out + ".SH SEE ALSO\n.BR kedge (1)\n";
}

}  // namespace kedge::node::cli
