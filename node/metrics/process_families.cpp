// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>

#include <sys/resource.h>
#include <unistd.h>

#include "node/metrics/families.hpp"

namespace kedge::node {
namespace {

/// What follows the name of the program in /proc/self/stat: from field 3 on (proc(5)).
std::vector<std::string> stat_fields() {
  std::ifstream file("/proc/self/stat");
  std::string text;
  std::getline(file, text);
  std::vector<std::string> fields;
  const std::size_t name_end = text.rfind(") ");
  if (name_end == std::string::npos) return fields;
  std::istringstream rest(text.substr(name_end + 2));
  for (std::string field; rest >> field;) fields.push_back(field);
  return fields;
}

/// Unix time of the boot; 0 if nobody says.
double boot_time() {
  std::ifstream file("/proc/stat");
  for (std::string word; file >> word;) {
    double seconds = 0;
    if (word == "btime" && file >> seconds) return seconds;
  }
  return 0;
}

double number(const std::string& text) {
  std::istringstream in(text);
  double value = 0;
  in >> value;
  return value;
}

void add_files(FamilyList& list) {
  std::error_code error;
  std::filesystem::directory_iterator open("/proc/self/fd", error);
  if (!error) {
    // The one that reads them is one of them.
    list.gauge({"process_open_fds", "Open file descriptors."},
               static_cast<double>(std::distance(begin(open), end(open)) - 1));
  }
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    list.gauge({"process_max_fds", "Greatest number of open file descriptors."},
               static_cast<double>(limit.rlim_cur));
  }
}

}  // namespace

void add_process_families(FamilyList& list) {
  // Of the fields, counted from 3: 14 and 15 are time of user and kernel, 20 threads, 22 the start
  // since the boot, 23 and 24 memory in octets and in pages.
  const std::vector<std::string> fields = stat_fields();
  if (fields.size() > 21) {
    const auto tick = static_cast<double>(sysconf(_SC_CLK_TCK));
    const auto page = static_cast<double>(sysconf(_SC_PAGESIZE));
    list.counter({"process_cpu_seconds_total", "Time of processors, user and kernel."},
                 (number(fields[11]) + number(fields[12])) / tick);
    list.gauge({"process_threads", "Threads."}, number(fields[17]));
    list.gauge({"process_start_time_seconds", "Start of the process, Unix time."},
               boot_time() + number(fields[19]) / tick);
    list.gauge({"process_virtual_memory_bytes", "Virtual memory."}, number(fields[20]));
    list.gauge({"process_resident_memory_bytes", "Resident memory."}, number(fields[21]) * page);
  }
  add_files(list);
}

}  // namespace kedge::node
