-- One text for both engines: SQLite takes PostgreSQL's type names. What only SQLite understands stands in /*sqlite: … */.
-- Times are microseconds since 1970 UTC; days are days since 1970-01-01 at the place.

CREATE TABLE workspace (
    id UUID PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    language TEXT NOT NULL,
    minimum_group BIGINT NOT NULL,
    -- The sequence of its newest event. Whoever appends holds this row, so events are visible in the order of their numbers.
    last_event BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE app_user (
    id UUID PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspace (id),
    email TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    language TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    active BOOLEAN NOT NULL,
    must_change_password BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX app_user_workspace ON app_user (workspace_id);

CREATE TABLE user_location (
    workspace_id UUID NOT NULL REFERENCES workspace (id),
    user_id UUID NOT NULL REFERENCES app_user (id),
    location_id UUID NOT NULL,
    PRIMARY KEY (user_id, location_id)
);

CREATE TABLE session (
    token_hash BYTEA PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspace (id),
    user_id UUID NOT NULL REFERENCES app_user (id),
    csrf TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE TABLE login_failure (
    subject TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX login_failure_subject ON login_failure (subject, at);

CREATE TABLE api_key (
    id UUID PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspace (id),
    name TEXT NOT NULL,
    prefix TEXT NOT NULL,
    key_hash BYTEA NOT NULL UNIQUE,
    scopes TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    revoked_at BIGINT
);

CREATE TABLE audit (
    id UUID PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspace (id),
    at BIGINT NOT NULL,
    actor_id UUID,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    entity TEXT NOT NULL,
    entity_id TEXT NOT NULL,
    before TEXT,
    after TEXT
);
CREATE INDEX audit_workspace ON audit (workspace_id, id);

CREATE TABLE idempotency (
    workspace_id UUID NOT NULL REFERENCES workspace (id),
    idempotency_key TEXT NOT NULL,
    request_hash BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    -- Nothing while the request is being done.
    status BIGINT,
    content_type TEXT,
    location TEXT,
    body TEXT NOT NULL,
    PRIMARY KEY (workspace_id, idempotency_key)
);
CREATE INDEX idempotency_age ON idempotency (workspace_id, created_at);

CREATE TABLE location (
    id UUID PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspace (id),
    parent_id UUID REFERENCES location (id),
    kind TEXT NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    active BOOLEAN NOT NULL,
    UNIQUE (workspace_id, code)
);

CREATE TABLE employee (
    id UUID PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspace (id),
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    job TEXT NOT NULL,
    location_id UUID REFERENCES location (id),
    active BOOLEAN NOT NULL,
    UNIQUE (workspace_id, code)
);

CREATE TABLE customer (
    id UUID PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspace (id),
    external_id TEXT NOT NULL,
    name TEXT NOT NULL,
    email TEXT,
    phone TEXT,
    language TEXT,
    time_zone TEXT,
    segments TEXT NOT NULL,
    UNIQUE (workspace_id, external_id)
);
CREATE INDEX customer_name ON customer (workspace_id, name, id);

CREATE TABLE survey (
    id UUID PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspace (id),
    code TEXT NOT NULL,
    draft TEXT NOT NULL,
    -- Grows with every change of the draft: two editors cannot overwrite each other unseen.
    draft_revision BIGINT NOT NULL,
    -- Codes of scale questions in the order of the characters of response_score.scores.
    slots TEXT NOT NULL,
    accepting BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (workspace_id, code)
);

CREATE TABLE survey_version (
    workspace_id UUID NOT NULL REFERENCES workspace (id),
    survey_id UUID NOT NULL REFERENCES survey (id),
    version BIGINT NOT NULL,
    document TEXT NOT NULL,
    published_at BIGINT NOT NULL,
    PRIMARY KEY (survey_id, version)
);

CREATE TABLE invitation (
    id UUID PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspace (id),
    survey_id UUID NOT NULL REFERENCES survey (id),
    token_hash BYTEA NOT NULL UNIQUE,
    customer_id UUID REFERENCES customer (id),
    location_id UUID,
    employee_id UUID,
    touchpoint TEXT,
    channel TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    response_id UUID
);

-- What somebody has answered so far, kept so that a break loses nothing.
CREATE TABLE partial_response (
    workspace_id UUID NOT NULL REFERENCES workspace (id),
    survey_id UUID NOT NULL REFERENCES survey (id),
    token_hash BYTEA NOT NULL,
    client_id UUID NOT NULL,
    state TEXT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (survey_id, token_hash)
);

-- The record of a response. No foreign keys: workspaces and surveys are never deleted, intake has just read both, and on
-- PostgreSQL the checks of each row cost more than writing it.
CREATE TABLE response (
    workspace_id UUID NOT NULL,
    id UUID NOT NULL,
    client_id UUID NOT NULL,
    survey_id UUID NOT NULL,
    version BIGINT NOT NULL,
    customer_id UUID,
    location_id UUID,
    employee_id UUID,
    touchpoint TEXT,
    channel TEXT NOT NULL,
    language TEXT NOT NULL,
    segments TEXT NOT NULL,
    started_at BIGINT,
    submitted_at BIGINT NOT NULL,
    received_at BIGINT NOT NULL,
    day BIGINT NOT NULL,
    answers TEXT NOT NULL,
    seconds TEXT NOT NULL,
    weight DOUBLE PRECISION NOT NULL DEFAULT 1,
    excluded BOOLEAN NOT NULL DEFAULT FALSE,
    exclusion_reason TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, client_id)
);
CREATE INDEX response_customer ON response (workspace_id, customer_id) WHERE customer_id IS NOT NULL;

-- What numbers are computed from: a narrow copy in the order of days, read in one stretch. The lake will take its place.
CREATE TABLE response_score (
    workspace_id UUID NOT NULL,
    survey_id UUID NOT NULL,
    day BIGINT NOT NULL,
    id UUID NOT NULL,
    location_id UUID,
    employee_id UUID,
    channel TEXT NOT NULL,
    language TEXT NOT NULL,
    touchpoint TEXT,
    segments JSONB NOT NULL,
    scores TEXT NOT NULL,
    -- Lists show it, numbers pass it over.
    excluded BOOLEAN NOT NULL DEFAULT FALSE,
    PRIMARY KEY (workspace_id, survey_id, day, id)
) /*sqlite: WITHOUT ROWID */;

CREATE TABLE event (
    workspace_id UUID NOT NULL,
    sequence BIGINT NOT NULL,
    name TEXT NOT NULL,
    subject_id UUID NOT NULL,
    survey_id UUID NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, sequence)
) /*sqlite: WITHOUT ROWID */;

CREATE TABLE consumer (
    workspace_id UUID NOT NULL REFERENCES workspace (id),
    name TEXT NOT NULL,
    sequence BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, name)
);

-- The live counter: responses by the day on which Radost received them (in the workspace's time zone), kept by its consumer.
CREATE TABLE response_count (
    workspace_id UUID NOT NULL REFERENCES workspace (id),
    received_on BIGINT NOT NULL,
    responses BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, received_on)
);

CREATE TABLE import_run (
    id UUID PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspace (id),
    survey_id UUID NOT NULL REFERENCES survey (id),
    file_name TEXT NOT NULL,
    mapping TEXT NOT NULL,
    -- The user or key that began it; nobody for the command line. Who sees some places only sees their own imports only.
    created_by UUID,
    status TEXT NOT NULL,
    rows_read BIGINT NOT NULL,
    accepted BIGINT NOT NULL,
    duplicates BIGINT NOT NULL,
    rejected BIGINT NOT NULL,
    message TEXT,
    created_at BIGINT NOT NULL,
    finished_at BIGINT
);
CREATE INDEX import_run_workspace ON import_run (workspace_id, created_at);
