# SPDX-License-Identifier: Apache-2.0
# Makes a C++ file that holds a text file:
#   cmake -DINPUT=... -DOUTPUT=... -DHEADER=... -DNAMESPACE=... -DFUNCTION=... -P embed_text.cmake
file(READ ${INPUT} text)
string(FIND "${text}" ")text\"" terminator)
if(NOT terminator EQUAL -1)
  message(FATAL_ERROR "${INPUT} contains the end mark of the raw string")
endif()
file(WRITE ${OUTPUT} "// SPDX-License-Identifier: Apache-2.0
#include \"${HEADER}\"

namespace ${NAMESPACE} {

std::string_view ${FUNCTION}() {
  return R\"text(${text})text\";
}

}  // namespace ${NAMESPACE}
")
