-- What providers and receivers say later of what was handed over. Times are the events' own: they come late, repeatedly
-- and in any order. No addresses: reasons are masked, and ids lead to the ledger.
create table feedback_event (
  at timestamptz not null,
  event_id text not null check (octet_length(event_id) <= 200),
  kind text not null,
  bounce text check (bounce in ('HARD', 'SOFT', 'BLOCKED')),
  issue_id bigint,
  delivery_id bigint,
  mail_id bigint,
  request_id text,
  reason text,
  -- it names nothing that is, or was, here
  unknown boolean not null default false,
  received_at timestamptz not null default now()
) partition by range (at);
create unique index feedback_event_once on feedback_event (event_id, at);
-- providers were seen to repeat an event under another id
create unique index feedback_event_same on feedback_event (delivery_id, kind, at);
-- times for which no week was made
create table feedback_event_other partition of feedback_event default;

-- Requests that a provider perhaps accepted, and certainly did: a row for each that was in doubt or that an event named.
-- Whoever writes its second half sees the first.
create table sent_request (
  id text primary key,
  issue_id bigint not null,
  -- an event named it: all of it was handed over
  accepted_at timestamptz,
  -- those that nobody recorded an answer for
  in_doubt bigint[] not null default '{}',
  created_at timestamptz not null default now()
);

alter table delivery
  -- of the event that moved the row last, by its own time
  add column answered_at timestamptz,
  add column bounce text,
  -- handed over for certain
  add column sent_at timestamptz;
alter table campaign add column seen_complained bigint not null default 0;

alter table consent_record drop constraint consent_record_via_check;
alter table consent_record add constraint consent_record_via_check check (
  via in ('FORM', 'LINK', 'ONE_CLICK', 'IMPORT', 'EDITOR', 'PROVIDER', 'COMPLAINT'));
