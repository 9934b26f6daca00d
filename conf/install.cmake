# Run by `cmake --install`: only then is the prefix known. The files of the tree name /usr/local/bin and /etc/tusker; the installed
# ones name where this installation has its programs and its configuration.
if(CMAKE_INSTALL_PREFIX STREQUAL "/usr" OR CMAKE_INSTALL_PREFIX STREQUAL "/usr/local")
  set(etc /etc/tusker)  # where administrators look
else()
  set(etc ${CMAKE_INSTALL_PREFIX}/etc/tusker)
endif()

function(install_adapted source target)
  file(READ ${conf_source}/${source} text)
  string(REPLACE "/usr/local/bin/" "${CMAKE_INSTALL_PREFIX}/${conf_bindir}/" text "${text}")
  string(REPLACE "/etc/tusker" "${etc}" text "${text}")
  message(STATUS "Installing: $ENV{DESTDIR}${target}")
  file(WRITE $ENV{DESTDIR}${target} "${text}")
endfunction()

foreach(name core-site.xml hdfs-site.xml yarn-site.xml mapred-site.xml topology.table
             namenode.yaml datanode.yaml resourcemanager.yaml nodemanager.yaml)
  # What an administrator has edited is never overwritten.
  if(EXISTS $ENV{DESTDIR}${etc}/${name})
    message(STATUS "Kept: $ENV{DESTDIR}${etc}/${name}")
  else()
    install_adapted(${name} ${etc}/${name})
  endif()
endforeach()

foreach(daemon namenode datanode resourcemanager nodemanager)
  install_adapted(systemd/tusker-${daemon}.service ${CMAKE_INSTALL_PREFIX}/lib/systemd/system/tusker-${daemon}.service)
endforeach()
install_adapted(systemd/tusker.sysusers ${CMAKE_INSTALL_PREFIX}/lib/sysusers.d/tusker.conf)
