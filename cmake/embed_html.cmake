# Writes a C++ file with the page of the HTML report: cmake -DFOLDER=checker/report/html -DOUT=FILE -P embed_html.cmake
set(scripts page.js diagram.js panes.js story.js main.js) # in the order in which they need each other

function(embed NAME TEXT)
  # In pieces: compilers have a limit for one literal.
  string(LENGTH "${TEXT}" length)
  set(literals "")
  set(at 0)
  while(at LESS length)
    string(SUBSTRING "${TEXT}" ${at} 8000 piece)
    string(APPEND literals "\n    R\"heddle(${piece})heddle\"")
    math(EXPR at "${at} + 8000")
  endwhile()
  file(APPEND "${OUT}" "const std::string_view ${NAME} = {${literals}};\n")
endfunction()

file(WRITE "${OUT}" "// Made by cmake/embed_html.cmake from ${FOLDER}.\n#include \"report/html_assets.hpp\"\n\nnamespace heddle::report {\n\n")
file(READ "${FOLDER}/page.html" page)
embed(html_page "${page}")
file(READ "${FOLDER}/style.css" style)
embed(html_style "${style}")
set(script "")
foreach(name IN LISTS scripts)
  file(READ "${FOLDER}/${name}" text)
  string(APPEND script "${text}\n")
endforeach()
embed(html_script "${script}")
file(APPEND "${OUT}" "\n} // namespace heddle::report\n")
