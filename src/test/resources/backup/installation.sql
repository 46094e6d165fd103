-- A filled installation: at least one row in every table that a backup moves, with what is easily lost on the way:
-- tabs, line ends, backslashes, quotes, emoji, nulls beside empty strings, arrays, JSON, bytes, infinity.
insert into installation (address_key, created_at) values (decode(repeat('00ff5c0a', 8), 'hex'), '2026-01-02 03:04:05.678901+00');
insert into newsletter (slug, title, from_name, from_email, postal_address, alert_emails, theme, created_at) values
  ('sample', E'A \t tab, a \\ backslash, a "quote" and 📰', 'Ada', 'ada@example.org', E'Two\nlines', '{}', null, now()),
  ('other', 'Other', '', 'other@example.org', null, array['a@example.org', 'with "quotes", and comma'], '{"colour": "#fff"}', now());
insert into suppression (address_hash, newsletter_id, reason, created_at) values (decode(repeat('ab', 32), 'hex'), null, 'BOUNCED', now());
insert into subscriber (email, email_key, email_hash, name, created_at)
  select 'Reader' || n || '@example.org', 'reader' || n || '@example.org', sha256(n::text::bytea), nullif('Reader ' || n, 'Reader 3'), now()
  from generate_series(1, 50) n;
insert into subscription (newsletter_id, subscriber_id, state, sections, paused_until, subscribed_at, confirmed_at)
  select 1, id, 'ACTIVE', array['news', E'with \\ and \t'], 'infinity', now(), now() from subscriber;
insert into sign_up (newsletter_id, email, name, via, ip, user_agent, received_at, due_at) values (1, 'new@example.org', null, 'FORM', '2001:db8::1', E'\\N', now(), now());
insert into consent_record (subscription_id, action, via, ip, at) values (1, 'CONFIRMED', 'LINK', '192.0.2.0/24', now());
insert into import (newsletter_id, state, dry_run, started_at) values (1, 'RUNNING', false, now());
insert into import_refusal values (1, 7, 'not an address', E'a,"b\nc"');
insert into issue (newsletter_id, slug, state, latest_revision, published_revision, created_at) values (1, '2026-01-06', 'PUBLISHED', 1, 1, now()), (1, '2026-01-13', 'PUBLISHED', 1, 1, now());
insert into revision (issue_id, number, source, source_hash, title, subject, issue_date, content_html, mail_html, mail_text, slot_nonce, created_at)
  select id, 1, repeat(E'# Ünïcödé\r\n\\.\n', 5000), decode(repeat('cd', 32), 'hex'), 'T', 'S', '2026-01-06', '<p>', '<p>', 'p', 'n', now() from issue;
insert into finding_decision (issue_id, finding_id, rule, outcome, reason, decided_by, decided_at) values (1, '00ff00ff00ff00ff', 'link-dead', 'LEFT_OUT', E'it\'s gone\n', 'admin', now());
insert into finding_report (issue_id, revision, reporter, findings, reported_at) values (1, 1, 'link-check', '[]', now());
insert into link_check (newsletter_id, issue_id, revision_id, state, total, checked, dead, started_at, finished_at) values (1, 1, 1, 'DONE', 2, 2, 1, now(), now()), (1, 2, 2, 'RUNNING', 3, 1, 0, now(), null);
insert into send_limit values ('all', now(), 2.5, 100, 1000, '2026-12-01'), ('campaign-1', now(), 0.01, null, null, null);
insert into single_mail_content (message) values ('{"subject": "a \" quote \\ and \n"}');
insert into single_mail (kind, state, recipient, content_id, transport, base_url, due_at, created_at)
  values ('CONFIRMATION', 'QUEUED', 'new@example.org', 1, 'outbox', 'http://localhost', now(), now());
insert into outbox_content (key, message) values ('campaign-1', '{}');
insert into outbox_message (key, content_id, recipient, slots, message_id, received_at) values ('delivery-1-1', 1, 'reader1@example.org', '{}', 'm1', now());
insert into campaign (newsletter_id, issue_id, revision_id, state, transport, base_url, from_name, from_email, created_at, send_at, started_at) values
  (1, 1, 1, 'DONE', 'outbox', 'http://localhost', 'F', 'f@example.org', now(), now(), now()),
  (1, 2, 2, 'SENDING', 'outbox', 'http://localhost', 'F', 'f@example.org', now(), now(), now()),
  (1, 2, 2, 'SCHEDULED', 'outbox', 'http://localhost', 'F', 'f@example.org', now(), now() - interval '1 minute', null),
  (1, 2, 2, 'SCHEDULED', 'outbox', 'http://localhost', 'F', 'f@example.org', now(), now() + interval '1 day', null);
insert into campaign_request values (1, 'key', decode(repeat('ef', 32), 'hex'), 1, '{}', now());
create table delivery_1 (like delivery including all) with (fillfactor = 50);
alter table delivery attach partition delivery_1 for values in (1);
create table delivery_2 (like delivery including all) with (fillfactor = 50);
alter table delivery attach partition delivery_2 for values in (2);
insert into delivery (issue_id, campaign_id, subscription_id, lane, state, updated_at) select 1, 1, id, id % 4, 'SENT', now() from subscription;
insert into delivery (issue_id, campaign_id, subscription_id, lane, state, due_at, updated_at) select 2, 2, id, id % 4, 'QUEUED', now(), now() from subscription;
insert into delivery_claim (id, campaign_id, issue_id, lane, deliveries, lease_until) values (nextval('delivery_claim_id'), 2, 2, 0, '{51,52}', now());
insert into lane_count (campaign_id, lane, queued) values (2, 0, 50);
insert into qrtz_job_details values ('s', 'j', 'g', null, 'dev.broadsheet.Job', true, false, false, true, decode('aced0005', 'hex'));
insert into qrtz_triggers values ('s', 't', 'g', 'j', 'g', null, 1, -1, 5, 'ACQUIRED', 'SIMPLE', 1, 0, null, 0, '');
insert into qrtz_simple_triggers values ('s', 't', 'g', 0, 0, 0);
insert into qrtz_cron_triggers values ('s', 't', 'g', '0 0 12 ? * WED', 'UTC');
insert into qrtz_simprop_triggers values ('s', 't', 'g', null, null, null, 1, null, 2, null, 1.5000, null, true, null);
insert into qrtz_blob_triggers values ('s', 't', 'g', null);
insert into qrtz_calendars values ('s', 'c', '');
insert into qrtz_paused_trigger_grps values ('s', 'g');
insert into qrtz_fired_triggers values ('s', 'e', 't', 'g', 'gone-node', 1, 1, 5, 'ACQUIRED', 'j', 'g', false, true);
-- accounts
insert into api_token (name, secret_hash, prefix, scopes, newsletters, created_at, created_by, expires_at) values
  ('ci', decode(repeat('12', 32), 'hex'), 'bst_abcdef', array['read', 'send'], array['sample'], now(), 'admin', 'infinity'),
  (E'tab\there', decode(repeat('13', 32), 'hex'), 'bst_ghijkl', array['admin'], null, now(), 'ci', null);
insert into failed_attempt values (65535, now(), 3);
insert into audit_entry (at, token_id, who, action, newsletter, subject, details, ip) values
  (now(), 1, 'ci', 'issue.put', 'sample', 'issue/sample/2026-01-06', '{"revision": 1}', '2001:db8::1'),
  (now(), null, 'admin', 'token.create', null, 'token/1', '{}', null);
-- lifecycle
insert into consent_text values (decode(repeat('0a', 32), 'hex'), 'de', E'Ich möchte „Daily“\nper Mail', now());
-- quotas
insert into sent_minute values (now(), 12);
-- privacy
insert into reader_link (subscription_id, purpose, new_email, made_at, used_at) values (1, 'NEW_ADDRESS', 'new@example.org', now(), null), (1, 'ERASE', null, now(), now());
insert into leave_reason values (1, 'OTHER', E'tab \t and\nline', now());
-- guards of the sign-up form
insert into sign_up_window values (now(), '203.0.113.0/24', 3);
insert into sign_up_mail_count values (current_date, decode(repeat('ab', 32), 'hex'), 2);
-- schedule and alerts
insert into alert (newsletter_id, campaign_id, kind, code, reason, happened_at, told_at) values
  (1, 1, 'PAUSED', 'in-doubt', E'tab \t and\nline', now(), now()), (1, null, 'NOT_SENT', 'no-issue', null, now(), now());
insert into newsletter_schedule values (1, 'infinity');
insert into issue (newsletter_id, slug, state, latest_revision, published_revision, created_at) values (1, '2025-01-07', 'PUBLISHED', 1, 1, now());
insert into ledger_drop values ((select max(id) from issue), now(), now());

-- what became of a request, and of a delivery: a week of its own and the rest
insert into sent_request (id, issue_id, accepted_at, in_doubt) values ('request-1', 1, now(), '{1,2}');
create table feedback_event_week_2026_11_16 (like feedback_event including all);
alter table feedback_event attach partition feedback_event_week_2026_11_16
  for values from ('2026-11-16T00:00:00Z') to ('2026-11-23T00:00:00Z');
insert into feedback_event (at, event_id, kind, issue_id, delivery_id, reason, link) values
  ('2026-11-18T10:00:00Z', 'event-1', 'DELIVERED', 1, 1, null, null),
  ('2026-11-18T10:00:00Z', 'event-3', 'CLICKED', 1, 1, null, 'https://example.org/a'),
  ('1999-11-18T10:00:00Z', 'event-2', 'DEFERRED', 1, 2, E'later\tperhaps', null);

-- lifted here, and yet to be at the provider
insert into provider_lift values (decode(repeat('cd', 32), 'hex'), true, 2, 'infinity');
-- what became of a campaign
insert into campaign_report values (1, now(), '{0,0,0,1,0,0,0,0,0,0}', now(), '{"campaign": 1, "words": "tab\tand …"}');
