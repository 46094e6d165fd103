-- What the guards of the public sign-up form count. Neither table holds an address.

-- Posts of a client network (IPv4 /24, IPv6 /64) within a window of time, over all nodes. Not logged: where the database
-- crashes, counting begins anew, and no post pays for its safety.
create unlogged table sign_up_window (
  starts_at timestamptz not null,
  network inet not null,
  posts bigint not null,
  primary key (starts_at, network)
);

-- Mails to an inbox that sign-ups asked for within a day (UTC), over all newsletters.
create table sign_up_mail_count (
  day date not null,
  -- HMAC-SHA-256 of what the spellings of one inbox have in common
  inbox_hash bytea not null check (octet_length(inbox_hash) = 32),
  mails int not null check (mails >= 0),
  primary key (day, inbox_hash)
);
