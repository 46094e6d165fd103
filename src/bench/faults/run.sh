#!/bin/sh
# The fault suite, in the project's folder after ./mvnw package: src/bench/faults/run.sh [seed=1] [name...]
exec java -Djava.util.logging.manager=org.jboss.logmanager.LogManager \
    -cp 'target/classes:target/test-classes:target/quarkus-app/lib/main/*:target/quarkus-app/lib/boot/*' \
    src/bench/faults/Faults.java "$@"
