// SPDX-License-Identifier: Apache-2.0
#include "node/cli/terminal.hpp"

#include <cstdlib>
#include <iostream>

#include <sys/ioctl.h>
#include <unistd.h>

namespace kedge::node::cli {

Terminal::Terminal(std::ostream& out, std::ostream& err, Looks looks)
    : out_(out), err_(err), looks_(looks) {}

Terminal Terminal::standard() {
  Looks looks;
  looks.out_tty = isatty(STDOUT_FILENO) != 0;
  looks.err_tty = isatty(STDERR_FILENO) != 0;
  const char* no_color = std::getenv("NO_COLOR");
  const char* term = std::getenv("TERM");
  const bool dumb = term == nullptr || std::string_view(term) == "dumb";
  looks.colours = looks.out_tty && !dumb && (no_color == nullptr || *no_color == '\0');
  looks.err_tty = looks.err_tty && !dumb;
  winsize size{};
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 20) looks.width = size.ws_col;
  return {std::cout, std::cerr, looks};
}

void Terminal::line(std::string_view text) {
  end_progress();
  out_ << text << '\n' << std::flush;
}

void Terminal::note(std::string_view text) {
  end_progress();
  err_ << text << '\n' << std::flush;
}

void Terminal::error(std::string_view text) {
  end_progress();
  err_ << "kedge: " << text << '\n' << std::flush;
}

void Terminal::error(std::string_view what, const Error& error) {
  std::string text(what);
  if (!text.empty()) text += ": ";
  if (!error.field.empty()) text += error.field + ": ";
  this->error(text + error.message);
}

std::string Terminal::painted(std::string_view code, std::string_view text) const {
  if (!looks_.colours) return std::string(text);
  return "\x1b[" + std::string(code) + "m" + std::string(text) + "\x1b[0m";
}

std::string Terminal::good(std::string_view text) const {
  return painted("32", text);
}
std::string Terminal::bad(std::string_view text) const {
  return painted("31", text);
}
std::string Terminal::doubtful(std::string_view text) const {
  return painted("33", text);
}
std::string Terminal::strong(std::string_view text) const {
  return painted("1", text);
}

void Terminal::draw_progress(std::string_view text) {
  if (!looks_.err_tty) return;
  err_ << "\r\x1b[K" << text.substr(0, looks_.width - 1) << std::flush;
  drawn_ = true;
}

void Terminal::end_progress() {
  if (!drawn_) return;
  err_ << "\r\x1b[K" << std::flush;
  drawn_ = false;
}

}  // namespace kedge::node::cli
