@echo off
rem Runs the Maven that this project is built with, and brings it at first use; see mvnw.
rem   JAVA_HOME         the JDK (17 or newer); else the java on the PATH
rem   MVNW_ARCHIVE      another address of the same archive, such as a mirror in a closed network
rem   MAVEN_USER_HOME   where Maven is kept, in wrapper\dists; else .m2 in the user's folder
setlocal
set "BASE=%~dp0"
if defined JAVA_HOME (
  set "JAVA=%JAVA_HOME%\bin\java.exe"
) else (
  set "JAVA=java.exe"
)
"%JAVA%" -version >nul 2>&1
if errorlevel 1 (
  echo mvnw: there is no java. Install a JDK 17 or newer, and put it on the PATH or set JAVA_HOME. 1>&2
  exit /b 1
)
set "VERSION="
for /f "usebackq tokens=1,2 delims==" %%a in ("%BASE%.mvn\wrapper\maven-wrapper.properties") do (
  if "%%a"=="mavenVersion" set "VERSION=%%b"
)
set "USER_HOME=%MAVEN_USER_HOME%"
if not defined USER_HOME set "USER_HOME=%USERPROFILE%\.m2"
set "HOME_OF_MAVEN=%USER_HOME%\wrapper\dists\apache-maven-%VERSION%"
if not exist "%HOME_OF_MAVEN%\bin\mvn.cmd" (
  "%JAVA%" "%BASE%.mvn\wrapper\MavenInstaller.java" "%BASE%.mvn\wrapper" "%HOME_OF_MAVEN%" <nul
  if errorlevel 1 exit /b 1
)
"%HOME_OF_MAVEN%\bin\mvn.cmd" %*
exit /b %ERRORLEVEL%
